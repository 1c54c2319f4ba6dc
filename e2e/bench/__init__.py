"""The gateway beside nginx, HAProxy and Caddy: see docs/performance.md."""
