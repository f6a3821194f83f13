'use strict';
(() => {
  const form = document.getElementById('filters');
  const fields = [...form.querySelectorAll('select, input')];
  const items = [...document.querySelectorAll('[data-item]')];
  const sections = [...document.querySelectorAll('[data-section]')];
  const count = form.querySelector('output');
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const matches = (item, field) => {
    if (!field.value) return true;
    if (field.name === 'text') return text(item).includes(field.value.trim().toLowerCase());
    const values = item.dataset[field.name];
    return values === undefined || values.includes('|' + field.value + '|');
  };
  const apply = () => {
    const active = fields.filter((field) => field.value);
    for (const item of items) item.hidden = !active.every((field) => matches(item, field));
    const told = sections.map((section) => {
      const all = section.querySelectorAll('[data-item]');
      const shown = [...all].filter((item) => !item.hidden).length;
      section.classList.toggle('empty', shown === 0);
      return `${shown} of ${all.length} ${section.dataset.section}`;
    });
    count.textContent = told.join(', ') + ' shown';
    const state = new URLSearchParams(active.map((field) => [field.name, field.value])).toString();
    if (location.hash.slice(1) !== state) history.replaceState(null, '', state ? '#' + state : location.pathname);
  };
  const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent;
  for (const button of document.querySelectorAll('.list thead button')) {
    button.addEventListener('click', () => {
      const head = button.parentElement;
      const up = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of head.parentElement.cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      const body = head.closest('table').tBodies[0];
      const rows = [...body.rows].map((row) => [key(row, head.cellIndex), row]);
      rows.sort(([a], [b]) => (up ? 1 : -1) * a.localeCompare(b, 'en', { numeric: true }));
      body.append(...rows.map(([, row]) => row));
    });
  }
  const saved = new URLSearchParams(location.hash.slice(1));
  for (const field of fields) if (saved.has(field.name)) field.value = saved.get(field.name);
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('reset', () => setTimeout(apply));
  form.addEventListener('submit', (event) => event.preventDefault());
  apply();
})();
