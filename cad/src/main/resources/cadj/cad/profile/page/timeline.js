// Draws the timeline on a canvas. What is shorter than a pixel is drawn as one pixel, and slices that share it are
// passed over by binary search: the work is bounded by the canvas's width, not by the number of slices.
(() => {
  const data = JSON.parse(document.getElementById('timeline-data').textContent);
  const canvas = document.getElementById('timeline');
  const told = document.getElementById('timeline-told');
  const find = document.getElementById('timeline-find');
  const pen = canvas.getContext('2d');
  const ROW = 17, LEFT = 88, AXIS = 20, MEMORY = 64;
  const KINDS = ['name', 'kind', 'shapes', 'algorithm', 'flops'];
  const labels = data.labels.map(label => Object.fromEntries(KINDS.map((key, i) => [key, label[i]])));

  // Rows as typed arrays: starts, ends, labels.
  const rows = data.rows.map(({title, at}) => {
    const n = at.length / 3, start = new Float64Array(n), end = new Float64Array(n), label = new Int32Array(n);
    for (let i = 0, t = 0; i < n; i++) {
      start[i] = t += at[3 * i];
      end[i] = t += at[3 * i + 1];
      label[i] = at[3 * i + 2];
    }
    return {title, start, end, label};
  });

  let from = 0, to = data.length, width = 0, chosen = null, wanted = '';
  const peak = data.memory.reduce((a, b) => Math.max(a, b), 1);
  const px = t => LEFT + (t - from) / (to - from) * (width - LEFT);
  const time = x => from + (x - LEFT) / (width - LEFT) * (to - from);

  // A colour per name, its hue from a hash; phases and modules are grey and blue-grey.
  const colours = labels.map(({name, kind}) => {
    if (kind === 'phase') return '#9aa3ad';
    if (kind === 'module') return '#b9c6d3';
    let hash = 7;
    for (const c of name) hash = (hash * 31 + c.codePointAt(0)) % 360;
    return `hsl(${hash} ${kind === 'backward' ? '45% 58%' : '62% 70%'})`;
  });

  const duration = units => {
    const ns = units * data.unit;
    const of = (value, unit) => value.toPrecision(value >= 100 ? Math.ceil(Math.log10(value + 1)) : 3) + ' ' + unit;
    return ns >= 1e9 ? of(ns / 1e9, 's') : ns >= 1e6 ? of(ns / 1e6, 'ms') : of(ns / 1e3, 'µs');
  };
  const bytes = b => b >= 1e9 ? (b / 1e9).toFixed(2) + ' GB' : b >= 1e6 ? (b / 1e6).toFixed(1) + ' MB' : (b / 1e3).toFixed(1) + ' kB';

  // The first slice of a row that ends after t.
  const firstAfter = (row, t) => {
    let low = 0, high = row.end.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (row.end[middle] > t) high = middle; else low = middle + 1;
    }
    return low;
  };

  const isWanted = label => wanted === '' || `${label.name} ${label.shapes} ${label.algorithm}`.toLowerCase().includes(wanted);

  function drawRow(row, y) {
    const perPixel = (to - from) / (width - LEFT);
    for (let i = firstAfter(row, from); i < row.start.length && row.start[i] < to;) {
      const label = labels[row.label[i]];
      const left = Math.max(LEFT, px(row.start[i])), right = Math.min(width, px(row.end[i]));
      pen.globalAlpha = isWanted(label) ? 1 : .15;
      pen.fillStyle = colours[row.label[i]];
      if (right - left < 1) {
        pen.fillRect(Math.floor(left), y, 1, ROW - 2);
        i = Math.max(i + 1, firstAfter(row, from + (Math.floor(left) + 1 - LEFT) * perPixel));
        continue;
      }
      pen.fillRect(left, y, right - left - (right - left > 3 ? .5 : 0), ROW - 2);
      if (right - left > 24) {
        pen.fillStyle = '#16181a';
        pen.save();
        pen.beginPath();
        pen.rect(left, y, right - left - 2, ROW);
        pen.clip();
        pen.fillText(label.name, left + 4, y + 12);
        pen.restore();
      }
      i++;
    }
    pen.globalAlpha = 1;
  }

  function drawMemory(y, ink) {
    const n = data.memory.length, step = data.length / n;
    pen.beginPath();
    pen.moveTo(LEFT, y + MEMORY);
    const first = Math.max(0, Math.floor(from / step)), last = Math.min(n - 1, Math.ceil(to / step));
    for (let i = first; i <= last; i++) {
      const h = data.memory[i] / peak * (MEMORY - 12);
      pen.lineTo(Math.max(LEFT, px(i * step)), y + MEMORY - h);
      pen.lineTo(Math.min(width, px((i + 1) * step)), y + MEMORY - h);
    }
    pen.lineTo(Math.min(width, px((last + 1) * step)), y + MEMORY);
    pen.closePath();
    pen.fillStyle = '#d9823b88';
    pen.fill();
    pen.fillStyle = ink;
    pen.fillText('peak ' + bytes(peak), LEFT + 4, y + 10);
  }

  // A tick in the unit that suits the view's end, with the digits that tell it from the next.
  const tick = (t, step) => {
    if (t === 0) return '0';
    const end = to * data.unit;
    const [size, unit] = end >= 1e9 ? [1e9, 's'] : end >= 1e6 ? [1e6, 'ms'] : [1e3, 'µs'];
    const digits = Math.max(0, Math.ceil(-Math.log10(step * data.unit / size) - 1e-9));
    return (t * data.unit / size).toFixed(digits) + ' ' + unit;
  };

  function drawAxis(dim) {
    const rough = (to - from) / Math.max(2, (width - LEFT) / 110);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= rough);
    pen.fillStyle = dim;
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      pen.fillRect(px(t), 0, 1, canvas.clientHeight);
      pen.fillText(tick(t, step), px(t) + 3, 12);
    }
  }

  function draw() {
    const style = getComputedStyle(document.body);
    const ink = style.color, dim = style.getPropertyValue('--dim').trim();
    const height = AXIS + rows.length * ROW + MEMORY + 6;
    const dense = window.devicePixelRatio || 1;
    width = canvas.clientWidth;
    canvas.style.height = height + 'px';
    canvas.width = width * dense;
    canvas.height = height * dense;
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.font = '11px system-ui, sans-serif';
    pen.globalAlpha = .55;
    drawAxis(dim);
    pen.globalAlpha = 1;
    rows.forEach((row, i) => {
      const y = AXIS + i * ROW;
      pen.fillStyle = dim;
      pen.fillText(row.title.length > 14 ? row.title.slice(0, 13) + '…' : row.title, 2, y + 12);
      drawRow(row, y);
    });
    const memory = AXIS + rows.length * ROW + 4;
    pen.fillStyle = dim;
    pen.fillText('tensors', 2, memory + 12);
    drawMemory(memory, ink);
    if (chosen) {
      const left = Math.max(LEFT, px(chosen.start)), right = Math.min(width, px(chosen.end));
      pen.strokeStyle = ink;
      pen.lineWidth = 2;
      if (right >= left) pen.strokeRect(left, AXIS + chosen.row * ROW, Math.max(2, right - left), ROW - 2);
    }
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left, r = Math.floor((event.clientY - box.top - AXIS) / ROW);
    const t = time(x);
    if (x < LEFT || t > data.length) return null;
    if (r >= rows.length) {
      const part = Math.min(data.memory.length - 1, Math.floor(t / data.length * data.memory.length));
      return {memory: data.memory[part], t};
    }
    if (r < 0) return null;
    const row = rows[r], slack = (to - from) / (width - LEFT);
    const i = firstAfter(row, t - slack);
    if (i >= row.start.length || row.start[i] > t + slack) return null;
    return {row: r, start: row.start[i], end: row.end[i], label: labels[row.label[i]]};
  }

  function tell(it) {
    if (!it) { told.textContent = ' '; return; }
    if (it.label === undefined) { told.textContent = `${bytes(it.memory)} of tensors at ${duration(it.t)}`; return; }
    const {name, kind, shapes, algorithm, flops} = it.label;
    const rate = flops > 0 && it.end > it.start ? `${(flops / ((it.end - it.start) * data.unit)).toPrecision(3)} GFLOP/s` : '';
    told.textContent = [`${kind} ${name}`, duration(it.end - it.start), `at ${duration(it.start)}`, shapes, algorithm, rate]
      .filter(text => text !== '').join('   ');
  }

  // Keeps within the run, and no closer than 2 µs.
  function view(a, b) {
    const span = Math.min(data.length, Math.max(2000 / data.unit, b - a));
    from = Math.min(Math.max(0, a), data.length - span);
    to = from + span;
    requestAnimationFrame(draw);
  }

  function zoom(factor, centre) {
    view(centre - (centre - from) * factor, centre + (to - centre) * factor);
  }

  canvas.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return; // the page scrolls
    event.preventDefault();
    const turn = event.deltaY || event.deltaX;
    zoom(Math.exp(turn / 400), time(Math.max(LEFT, event.offsetX)));
  }, {passive: false});

  let held = null;
  canvas.addEventListener('pointerdown', event => {
    held = {x: event.clientX, from, to, moved: false};
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    if (held) {
      const shift = (held.x - event.clientX) / (width - LEFT) * (held.to - held.from);
      if (Math.abs(event.clientX - held.x) > 3) held.moved = true;
      if (held.moved) view(held.from + shift, held.to + shift);
      return;
    }
    tell(at(event) || chosen);
  });
  canvas.addEventListener('pointerup', event => {
    if (held && !held.moved) {
      const it = at(event);
      chosen = it && it.label ? it : null;
      tell(chosen);
      requestAnimationFrame(draw);
    }
    held = null;
  });
  canvas.addEventListener('dblclick', event => {
    const it = at(event);
    if (it && it.label) view(it.start - (it.end - it.start) * .02, it.end + (it.end - it.start) * .02);
  });
  document.getElementById('timeline-in').addEventListener('click', () => zoom(.5, (from + to) / 2));
  document.getElementById('timeline-out').addEventListener('click', () => zoom(2, (from + to) / 2));
  document.getElementById('timeline-all').addEventListener('click', () => view(0, data.length));
  find.addEventListener('input', () => {
    wanted = find.value.trim().toLowerCase();
    requestAnimationFrame(draw);
  });
  window.addEventListener('resize', () => requestAnimationFrame(draw));
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  draw();
})();
