// The page of the example shop: asks the API, shows products, and shows how each answer came about.

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
const element = (id) => document.getElementById(id);

// ---- Requests, and what the cache said of them

const LOG_ROWS = 100;
const NOTHING = { hits: 0, misses: 0, timedHits: 0, hitMs: 0, timedMisses: 0, missMs: 0 };
const totals = { ...NOTHING };

/** Asks the API, logs the request and returns what the answer holds. */
async function ask(url, options) {
  const answer = await send(url, options);
  record([answer]);
  const { ok, status, content } = answer;
  if (!ok) throw new Error(content.error ?? `The server said ${status}.`);
  return content;
}

/** Asks for the same many times at once; the log gets one row for all that were answered in the same way. */
async function askAtOnce(url, times) {
  const answers = await Promise.all(Array.from({ length: times }, () => send(url)));
  for (const outcome of new Set(answers.map((answer) => answer.outcome)))
    record(answers.filter((answer) => answer.outcome === outcome));
}

/** `no-store`: the browser's own cache must not hide what the server does. */
async function send(url, { method = 'GET', body } = {}) {
  const started = performance.now();
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method, cache: 'no-store', headers, body: JSON.stringify(body) });
  const ms = performance.now() - started;
  const { ok, status } = response;
  const age = response.headers.get('Age');
  return { method, url, ms, ok, status, age, outcome: outcomeOf(response), content: await response.json() };
}

/** Reads Cache-Status (RFC 9211): `Shelflife; hit; ttl=42`, `Shelflife; fwd=miss; stored`. */
function outcomeOf(response) {
  const status = response.headers.get('Cache-Status');
  if (status === null) return response.ok ? 'PASSED' : 'ERROR';
  const parameters = new Map(
    status
      .split(';')
      .slice(1)
      .map((parameter) => parameter.trim().split('=')),
  );
  if (parameters.has('collapsed')) return 'JOINED'; // waited for the answer to someone else's miss
  if (parameters.has('hit')) return Number(parameters.get('ttl') ?? 0) < 0 ? 'STALE' : 'HIT';
  return parameters.get('fwd') === 'bypass' ? 'BYPASS' : 'MISS';
}

/** Counts and logs answers to one question that came about in one way. */
function record(answers) {
  const [{ method, url, outcome, age }] = answers;
  const times = answers.length;
  const ms = Math.max(...answers.map((answer) => answer.ms));
  count(outcome, times, ms);
  const many = times === 1 ? '' : `${times} × `;
  const badge = create('span', { className: `badge ${outcome.toLowerCase()}`, textContent: outcome });
  const row = create('tr', {}, [
    create('td', {}, [badge]),
    create('td', { className: 'url', textContent: `${many}${method} ${decodeURI(url)}` }),
    create('td', { className: 'number', textContent: inMs(ms) }),
    create('td', { className: 'number', textContent: age === null ? '' : `${age} s` }),
  ]);
  const log = element('log');
  log.prepend(row);
  while (log.rows.length > LOG_ROWS) log.lastElementChild.remove();
  element('status').textContent = `${outcome} · ${inMs(ms)} ms · ${many}${method} ${decodeURI(url)}`;
}

/** The averages are those of requests that waited for no other, here (sent together) or on the server (joined). */
function count(outcome, times, ms) {
  const timed = times === 1 && outcome !== 'JOINED' ? 1 : 0;
  if (outcome === 'HIT' || outcome === 'STALE' || outcome === 'JOINED') {
    totals.hits += times;
    totals.timedHits += timed;
    totals.hitMs += timed * ms;
  } else if (outcome === 'MISS') {
    totals.misses += times;
    totals.timedMisses += timed;
    totals.missMs += timed * ms;
  }
  showTotals();
}

function showTotals() {
  const { hits, misses, timedHits, hitMs, timedMisses, missMs } = totals;
  const all = hits + misses;
  element('count-hits').textContent = hits;
  element('count-misses').textContent = misses;
  element('hit-ratio').textContent = all === 0 ? '–' : `${Math.round((100 * hits) / all)} %`;
  element('ms-hit').textContent = timedHits === 0 ? '–' : `${inMs(hitMs / timedHits)} ms`;
  element('ms-miss').textContent = timedMisses === 0 ? '–' : `${inMs(missMs / timedMisses)} ms`;
}

function inMs(ms) {
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms));
}

/** What the server has counted, over all visitors. Not logged: it is about the cache, it does not go through it. */
async function showStats() {
  const response = await fetch('/api/stats', { cache: 'no-store' });
  const { queries } = await response.json();
  element('queries-run').textContent = queries.run;
  element('queries-saved').textContent = queries.saved;
}

// ---- The products

let page = 1;
let pages = 1;
/** The product in the detail pane. */
let openId;
/** Where focus goes back to when the detail pane closes. */
let opener;
/** Answers may overtake one another; only the latest question of each kind is shown. */
const asked = { list: 0, detail: 0 };

function listUrl() {
  const q = element('search').value.trim();
  if (q !== '') return `/api/search?${new URLSearchParams({ q })}`;
  const parameters = new URLSearchParams({ sort: element('sort').value, page });
  const category = element('category').value;
  if (category !== '') parameters.set('category', category);
  return `/api/products?${parameters}`;
}

async function showList() {
  const ticket = ++asked.list;
  const list = await ask(listUrl());
  if (ticket !== asked.list) return;
  const searching = element('search').value.trim() !== '';
  pages = searching ? 1 : list.pages;
  const first = list.products.length;
  element('results').textContent =
    searching && list.total > first
      ? `The best ${first} of ${list.total.toLocaleString('en')} products found`
      : `${list.total.toLocaleString('en')} ${list.total === 1 ? 'product' : 'products'}`;
  element('page-of').textContent = `${page} of ${pages}`;
  element('previous').disabled = page <= 1;
  element('next').disabled = page >= pages;
  for (const id of ['category', 'sort']) element(id).disabled = searching;
  element('grid').replaceChildren(...list.products.map(cardOf));
}

function cardOf(product) {
  const { name, category, price, stock } = product;
  const button = create('button', { type: 'button', className: 'card' }, [
    pictureOf(product),
    create('span', { className: 'text' }, [
      create('span', { className: 'place', textContent: category.name }),
      create('span', { className: 'name', textContent: name }),
      create('span', { className: 'bottom' }, [
        create('strong', { textContent: inEuros(price) }),
        ...(stock === 0 ? [create('span', { className: 'sold-out', textContent: 'Sold out' })] : []),
      ]),
    ]),
  ]);
  button.dataset.id = product.id;
  markOpen(button);
  button.addEventListener('click', () => attempt(() => openDetail(product.id, button)));
  return create('li', {}, [button]);
}

function pictureOf({ image }) {
  const picture = create('img', { src: image.url, width: image.width, height: image.height, alt: '' });
  picture.style.backgroundColor = image.dominantColour;
  return picture;
}

async function openDetail(id, from) {
  opener = from ?? opener;
  openId = id;
  await showDetail();
  element('detail').scrollIntoView({ block: 'nearest' });
  element('detail-name').focus({ preventScroll: true });
}

async function showDetail() {
  const ticket = ++asked.detail;
  const { product, related } = await ask(`/api/products/${openId}`);
  if (ticket !== asked.detail) return;
  const { name, brand, category, price, stock, description, image } = product;
  const picture = element('detail-image');
  picture.src = image.url;
  picture.alt = image.alt;
  picture.parentElement.style.backgroundColor = image.dominantColour;
  element('detail-place').textContent = `${category.name} · ${brand} · no. ${product.id}`;
  element('detail-name').textContent = name;
  element('detail-description').textContent = description;
  element('detail-price').textContent = inEuros(price);
  element('detail-stock').textContent = stock === 0 ? 'Sold out' : `${stock} in stock`;
  element('price').value = (price / 100).toFixed(2);
  element('related').replaceChildren(...related.map(relatedOf));
  element('detail').hidden = false;
  for (const card of document.querySelectorAll('.card')) markOpen(card);
}

function relatedOf({ id, name, price }) {
  const button = create('button', { type: 'button' }, [
    create('span', { textContent: name }),
    create('strong', { textContent: inEuros(price) }),
  ]);
  button.addEventListener('click', () => attempt(() => openDetail(id)));
  return create('li', {}, [button]);
}

function closeDetail() {
  asked.detail += 1;
  openId = undefined;
  element('detail').hidden = true;
  for (const card of document.querySelectorAll('.card')) markOpen(card);
  (opener?.isConnected ? opener : element('catalogue')).focus();
}

function markOpen(card) {
  if (Number(card.dataset.id) === openId) card.setAttribute('aria-current', 'true');
  else card.removeAttribute('aria-current');
}

async function changePrice() {
  const price = Math.round(Number(element('price').value) * 100);
  await ask(`/api/products/${openId}/price`, { method: 'PUT', body: { price } });
  await Promise.all([showDetail(), showList()]);
}

async function fillCategories() {
  const { categories } = await ask('/api/categories');
  const select = element('category');
  let group;
  for (const { slug, name, parent, products } of categories) {
    if (parent === null) {
      group = create('optgroup', { label: name });
      group.append(create('option', { value: slug, textContent: `All of ${name} (${products})` }));
      select.append(group);
    } else {
      group.append(create('option', { value: slug, textContent: `${name} (${products})` }));
    }
  }
}

// ---- Helpers

function create(name, properties, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function inEuros(cents) {
  return euros.format(cents / 100);
}

/** Runs what the user asked for; trouble is shown on the page. */
async function attempt(task) {
  const problem = element('problem');
  try {
    await task();
    problem.hidden = true;
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
  await showStats().catch(() => {});
}

function showPage(number) {
  page = number;
  return attempt(showList);
}

/** What the user looks at: the open product, or else the list. */
function currentUrl() {
  return openId === undefined ? listUrl() : `/api/products/${openId}`;
}

// ---- What the user does

const on = (id, type, listener) => element(id).addEventListener(type, listener);

on('filters', 'submit', (event) => {
  event.preventDefault();
  void showPage(1);
});
on('search', 'input', () => {
  if (element('search').value === '') void showPage(1);
});
on('category', 'change', () => void showPage(1));
on('sort', 'change', () => void showPage(1));
on('previous', 'click', () => void showPage(page - 1));
on('next', 'click', () => void showPage(page + 1));
on('close-detail', 'click', closeDetail);
on('detail', 'keydown', (event) => {
  if (event.key === 'Escape') closeDetail();
});
on('price-form', 'submit', (event) => {
  event.preventDefault();
  void attempt(changePrice);
});
on('again', 'click', () => void attempt(() => ask(currentUrl())));
on('burst', 'click', () => void attempt(() => askAtOnce(currentUrl(), 20)));
on('clear', 'click', () => {
  Object.assign(totals, NOTHING);
  element('log').replaceChildren();
  showTotals();
});

void attempt(() => Promise.all([fillCategories(), showList()]));
