"""A campaign's data as a package a stranger can reckon with: docs/bundle.md.

`dictionary` holds each table once; the SQL, the schema, the codebook and its page are made of it.
"""
