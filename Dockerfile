# fmatlas with CPU wheels, as a user without rights. The locked versions are kept; only torch comes without CUDA.

FROM python:3.12-slim AS build
RUN pip install --no-cache-dir "uv>=0.8"
WORKDIR /source
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY examples examples
COPY fmatlas fmatlas
RUN uv venv /opt/fmatlas \
    && uv export --locked --no-default-groups --no-emit-project --no-hashes --quiet --output-file /tmp/locked.txt \
    && uv pip install --python /opt/fmatlas --torch-backend cpu --constraints /tmp/locked.txt .

FROM python:3.12-slim
RUN useradd --create-home --uid 1000 atlas && install --directory --owner atlas /library
COPY --from=build /opt/fmatlas /opt/fmatlas
ENV PATH=/opt/fmatlas/bin:$PATH FMATLAS_LIBRARY=/library PYTHONUNBUFFERED=1
USER atlas
WORKDIR /home/atlas
VOLUME /library
EXPOSE 8501
# `fmatlas ui` listens on its own machine only; in a container that is nobody, so here the app listens on every address
# and which ports are open outside is for whoever runs the container to say.
CMD ["sh", "-c", "test -f /library/fmatlas.toml || fmatlas init /library; \
    exec python -m streamlit run $(python -c 'import fmatlas; print(fmatlas.__path__[0])')/ui/app.py \
    --server.address=0.0.0.0 --server.headless=true --browser.gatherUsageStats=false --server.fileWatcherType=none"]
