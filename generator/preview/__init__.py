"""The live preview: what is rendered is kept, and of a change only what it touches is done again.

`memory` remembers what a thesis's functions, tables and pictures came to; `workshop` holds the
theses as they were last good, and what is wrong now; `pages` makes HTML of a page when somebody
looks at it; `server` and `watch` are the edges to the browser and to the disk.
"""
