/**
 * Keeps the page's stream honest: one source per URL, released while the tab is hidden, opened anew
 * when it is seen again or has gone silent, removed when the server says `done`.
 *
 * An element with `sse-connect` means "a stream is wanted". Every connection starts with the whole
 * snapshot, so nothing is remembered here. Never change an attribute of that element elsewhere: htmx
 * would set it up again and two sources would stay open. What carries `data-while-live` goes with it.
 */

/** URL -> {source, heard: time of the last sign of life, silence: milliseconds allowed without one} */
const live = new Map();
const SILENCE = 25_000; // the server pings every 10 s
const LOST_AFTER = 1_500; // a reconnection that takes less is not worth a word

const wanted = () => document.querySelectorAll('[sse-connect]');
const urlOf = (element) => element.getAttribute('sse-connect');
let lostTimer = 0;

// The extension's documented hook; it only fills the slot when it is empty.
htmx.createEventSource = (url) => {
  live.get(url)?.source.close();
  const source = new EventSource(url);
  const entry = { source, heard: Date.now() };
  live.set(url, entry);
  for (const type of ['open', 'message', 'reset', 'ping']) {
    source.addEventListener(type, () => { entry.heard = Date.now(); });
  }
  source.addEventListener('open', showFound);
  source.addEventListener('error', showLost);
  // A retry timer of the extension may fire while the tab is hidden.
  if (document.hidden) source.close();
  return source;
};

function release(element) {
  live.get(urlOf(element))?.source.close();
}

function reopen(element) {
  release(element);
  // htmx sets an element up again only when an attribute has changed.
  element.dataset.at = Date.now();
  htmx.process(element);
}

function showLost() {
  lostTimer ||= setTimeout(() => { document.documentElement.dataset.stream = 'lost'; }, LOST_AFTER);
}

function showFound() {
  clearTimeout(lostTimer);
  lostTimer = 0;
  delete document.documentElement.dataset.stream;
}

function finish(element) {
  release(element);
  live.delete(urlOf(element));
  element.remove();
  document.querySelectorAll('[data-while-live]').forEach((other) => other.remove());
  showFound();
}

document.addEventListener('visibilitychange', () => {
  wanted().forEach(document.hidden ? release : reopen);
});

// A page that comes back from the browser's back-forward cache has lost its sources.
addEventListener('pageshow', (event) => { if (event.persisted) wanted().forEach(reopen); });

// A source that is open or connecting but says nothing is dead; closed ones the extension retries.
setInterval(() => {
  if (document.hidden) return;
  for (const element of wanted()) {
    const entry = live.get(urlOf(element));
    const silence = Number(element.dataset.silence) || SILENCE;
    if (entry && entry.source.readyState !== EventSource.CLOSED && Date.now() - entry.heard > silence) {
      reopen(element);
    }
  }
}, 1_000);

document.addEventListener('htmx:sseClose', (event) => {
  if (event.detail.type === 'message') finish(event.target);
  else showFound(); // replaced by another run, or gone: nobody waits for this one any more
});
