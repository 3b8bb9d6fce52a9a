// Rows of a tree have a depth; a row is shown if all rows above it that it is part of are open.
for (const table of document.querySelectorAll('table.tree')) {
  const rows = [...table.querySelectorAll('tr[data-depth]')];
  const show = () => {
    let closed = Infinity;
    for (const row of rows) {
      const depth = Number(row.dataset.depth);
      if (depth <= closed) closed = Infinity;
      row.classList.toggle('folded', depth > closed);
      if (closed === Infinity && row.querySelector('button') && !row.classList.contains('open')) closed = depth;
    }
  };
  table.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    button.closest('tr').classList.toggle('open');
    show();
  });
  show();
}
