"""The app: Streamlit pages over a library."""
