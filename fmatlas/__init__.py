"""FM Atlas."""
