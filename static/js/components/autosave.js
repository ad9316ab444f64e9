/**
 * `<wb-autosave action="/draft/" chip="save-state"><form>…`: posts the form's fields to `action` 700 ms
 * after the last input, at once when the field is left or the page is hidden, and again and again
 * until the server has them. What the server must answer: 2xx = kept (HTML in the body is applied
 * as out-of-band pieces); 4xx with plain text = that sentence is shown; anything else is retried.
 *
 * `X-Draft-Sequence` rises with every request of the form, so that the server can ignore a late one.
 */
import { csrfToken } from '../csrf.js';

const IDLE = 700;
const LONGEST_WAIT = 30_000;
const SIGN_IN_WAIT = 10_000;
const SIGNED_OUT = 'You are signed out. Sign in again in another tab; your text stays here and is saved then.';
const KEEPALIVE_BYTES = 60_000; // browsers refuse keepalive bodies above 64 KiB
const ADDS = '#tools [name^="add-"], #tools [name="try"]';
const PARTS = '.turn, #tools > *, #tools .parameter, #tools [id$="-parameters"], #tools [id$="-mock"]';
const utf8 = new TextEncoder();

class WbAutosave extends HTMLElement {
  #stop;
  #timer = 0;
  #request; // AbortController of the save under way, null when there is none
  #unsaved = false; // something has changed since the last save was sent
  #failures = 0;
  #troubled = false; // the last answer was a refusal or none
  #changes = 0; // how often the form has changed …
  #sent = 0; // … and how often it had when htmx last sent the whole of it
  #outrun; // the save that was under way then
  #others = 0; // requests of htmx for this form under way
  #hasDropped = false; // meanwhile pieces of a save were not applied, or a save was put off
  #sequence = 0;
  #leaving = false;
  #channel; // where the tabs of this browser tell each other what they have saved
  #isStale = false; // another page has saved the same draft since this one was made

  connectedCallback() {
    this.#stop = new AbortController();
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal: this.#stop.signal });
    // A field or a button may belong to the form (`form="id"`) and stand elsewhere on the page.
    const onForm = (type, handler) => on(document, type, (event) => { if (this.#owns(event.target)) handler(event); });
    onForm('input', () => this.#changed());
    onForm('change', ({ target }) => { if (target.type !== 'file') this.#changed(); });
    onForm('focusout', (event) => { if (!this.#isButton(event.relatedTarget)) this.#now(); });
    onForm('submit', () => this.#submitted());
    const onCarrier = (type, handler) => on(document, type, (event) => { if (this.#goesWith(event.target)) handler(event); });
    onCarrier('htmx:configRequest', (event) => this.#accompany(event.detail));
    onCarrier('htmx:beforeRequest', (event) => this.#giveWay(event.detail.xhr, event.target));
    on(document, 'htmx:beforeOnLoad', (event) => this.#stay(event));
    // A server answer that has stored the whole form says so with `HX-Trigger: draft-saved`.
    on(document, 'draft-saved', () => this.#kept());
    on(document, 'visibilitychange', () => { if (document.hidden) this.#now(true); else this.#catchUp(); });
    on(window, 'focus', () => this.#catchUp());
    on(window, 'pagehide', () => this.#now(true));
    on(window, 'online', () => this.#now());
    this.#channel = new BroadcastChannel('saved-drafts');
    on(this.#channel, 'message', ({ data }) => { this.#isStale ||= data === this.getAttribute('action'); });
    on(window, 'beforeunload', (event) => { if (this.#isAtRisk()) event.preventDefault(); });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#stop.abort();
    this.#channel.close();
  }

  #owns(element) {
    return element === this.#form || element.form === this.#form;
  }

  /** Does a request of `element` carry the form: as its own, or as what it includes? */
  #goesWith(element) {
    return this.#owns(element) || element.getAttribute('hx-include') === `#${this.#form.id}`;
  }

  /** A button of the form sends the whole of it by itself. */
  #isButton(element) {
    return element instanceof HTMLButtonElement && this.#owns(element);
  }

  get #form() {
    return this.querySelector('form'); // asked anew: an answer may have replaced it
  }

  #changed() {
    this.#changes += 1;
    this.#unsaved = true;
    // While a save keeps failing, its own clock decides; typing must not hurry it.
    if (this.#failures > 0) return this.#show('unsaved', 'Not saved, trying again');
    this.#show('saving', 'Saving…');
    this.#schedule(IDLE);
  }

  #schedule(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), delay);
  }

  /** Saves without waiting. A page that goes sends even what is under way once more: leaving would cut it off. */
  #now(leaving = false) {
    if (this.#unsaved || (leaving && this.#request)) this.#save(leaving);
  }

  /** Would closing the page lose text? Small texts are sent on the way out. */
  #isAtRisk() {
    if (this.#leaving || !(this.#unsaved || this.#request)) return false;
    return this.#troubled || this.#fields().bytes > KEEPALIVE_BYTES;
  }

  /** A plain submit leaves the page with everything in its body: no warning, but a save on the way. */
  #submitted() {
    this.#now(true);
    this.#leaving = true;
    setTimeout(() => { this.#leaving = false; }, 5_000);
  }

  /** Another request of the form carries all of it too. */
  #accompany({ headers }) {
    headers['X-Draft-Sequence'] = this.#next();
    this.#sent = this.#changes;
    this.#outrun = this.#request;
  }

  /**
   * Pieces of a save could remove the very button whose request htmx is waiting for, and htmx then
   * finds no place for that answer. So they are dropped, and fetched again afterwards. What is typed meanwhile
   * into a part that is drawn anew would be gone.
   */
  #giveWay(xhr, element) {
    this.#others += 1;
    const held = partDrawnAnew(element)?.querySelectorAll('textarea:not([readonly]), input:not([readonly])') ?? [];
    for (const field of held) field.readOnly = true;
    xhr.addEventListener('loadend', () => {
      for (const field of held) field.readOnly = false;
      this.#others -= 1;
      if (this.#others > 0 || !this.#hasDropped) return;
      this.#hasDropped = false;
      this.#schedule(IDLE);
    });
  }

  /** Signed out: htmx would go to the sign-in page, and what was typed since the last save would be gone. */
  #stay(event) {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    this.#refused(SIGNED_OUT);
    this.#schedule(SIGN_IN_WAIT);
  }

  /** The whole form is stored: a save that was sent before it would be answered with an older state of the page. */
  #kept() {
    if (this.#outrun === this.#request) {
      this.#request?.abort();
      this.#request = null;
    }
    if (this.#changes === this.#sent) this.#saved();
  }

  #apply(html) {
    if (this.#others > 0) this.#hasDropped = true;
    else if (html.trim()) htmx.swap(document.body, html, { swapStyle: 'none' });
  }

  #next() {
    this.#sequence = Math.max(Date.now(), this.#sequence + 1);
    return String(this.#sequence);
  }

  async #save(leaving = false) {
    clearTimeout(this.#timer);
    if (this.#others > 0 && !leaving) {
      // The fields as they are now, stored after what that request adds, would take it back again.
      this.#hasDropped = true;
      return;
    }
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#unsaved = false;
    this.#show('saving', 'Saving…');
    try {
      const response = await this.#post(request.signal, leaving);
      if (this.#request === request) await this.#answered(response);
    } catch {
      if (this.#request === request) this.#failed();
    } finally {
      if (this.#request === request) this.#request = null;
    }
  }

  /** The form's text fields and about how many bytes they make on the wire. */
  #fields() {
    const body = new FormData();
    let bytes = 0;
    for (const [name, value] of new FormData(this.#form)) {
      if (typeof value !== 'string') continue; // files travel by their own form
      if (name === 'csrfmiddlewaretoken') continue; // the server would ask it before the header
      body.append(name, value);
      bytes += 200 + name.length + utf8.encode(value).length;
    }
    return { body, bytes };
  }

  #post(signal, leaving) {
    const { body, bytes } = this.#fields();
    return fetch(this.getAttribute('action'), {
      method: 'POST',
      body,
      signal,
      redirect: 'manual',
      keepalive: leaving && bytes <= KEEPALIVE_BYTES,
      headers: {
        'HX-Request': 'true',
        'X-Autosave': '1',
        'X-Draft-Sequence': this.#next(),
        'X-CSRFToken': csrfToken(),
      },
    });
  }

  async #answered(response) {
    // An answer that leads elsewhere, whatever its status, has stored nothing.
    const isAway = response.type === 'opaqueredirect' || response.headers.has('HX-Redirect');
    if (isAway || response.status === 401 || response.status === 403) {
      this.#refused(isAway || response.status === 401 ? SIGNED_OUT : await sentence(response));
      return this.#schedule(SIGN_IN_WAIT);
    }
    if (response.ok) {
      this.#apply(await response.text());
      if (this.#unsaved) return this.#schedule(IDLE); // typed meanwhile
      return this.#saved();
    }
    if (response.status < 500 && response.status !== 408 && response.status !== 429) {
      return this.#refused(await sentence(response));
    }
    return this.#failed();
  }

  #saved() {
    clearTimeout(this.#timer);
    this.#unsaved = false;
    this.#failures = 0;
    this.#troubled = false;
    // The server says on the page when it could not simply take the text in, or took in text from elsewhere.
    const merge = document.querySelector('[data-merge]')?.dataset.merge;
    if (merge === 'apart') this.#show('unsaved', 'Not merged yet');
    else this.#show('saved', 'Saved');
    this.#isStale ||= merge === 'behind';
    this.#complain('');
    this.#channel.postMessage(this.getAttribute('action'));
    this.dispatchEvent(new CustomEvent('draft-kept', { bubbles: true }));
  }

  /**
   * A page that is looked at again shows what another tab has saved. Not while a dialog is open: what was typed
   * into that would be gone, and the server merges what this page sends anyway.
   */
  #catchUp() {
    if (!this.#isStale || this.#unsaved || this.#request || document.querySelector('dialog[open]')) return;
    location.reload();
  }

  /** No answer, or the server's fault: wait 1, 2, 4 … 30 s and try again. */
  #failed() {
    this.#unsaved = true;
    this.#troubled = true;
    this.#show('unsaved', 'Not saved, trying again');
    this.#schedule(Math.min(1_000 * 2 ** this.#failures, LONGEST_WAIT));
    this.#failures += 1;
  }

  /** The server will not take this: say why. It is tried again after the next change. */
  #refused(text) {
    this.#unsaved = true;
    this.#failures = 0;
    this.#troubled = true;
    this.#show('unsaved', 'Not saved');
    this.#complain(text);
  }

  #show(state, text) {
    const chip = document.getElementById(this.getAttribute('chip'));
    if (!chip || chip.dataset.state === state && chip.textContent === text) return;
    // Only bad news is spoken.
    if (state === 'unsaved') chip.setAttribute('role', 'status');
    else if (state === 'saved') chip.removeAttribute('role');
    chip.dataset.state = state;
    chip.textContent = text;
  }

  #complain(text) {
    let box = this.querySelector('[data-save-error]');
    if (!text) return box?.remove();
    if (!box) {
      box = document.createElement('p');
      box.dataset.saveError = '';
      box.className = 'notice notice-error';
      box.role = 'alert';
      this.#form.prepend(box);
    }
    box.textContent = text;
  }
}

/** The part that the answer to a press of `element` may draw anew or take away; null when it only adds to it. */
function partDrawnAnew(element) {
  // The one list in a tool that asks the server is that of its versions.
  if (!element.matches('button, #tools select') || element.matches(ADDS)) return null;
  return element.parentElement.closest(PARTS);
}

async function sentence(response) {
  const isPlain = response.headers.get('content-type')?.startsWith('text/plain');
  const text = isPlain ? (await response.text()).trim() : '';
  return text.slice(0, 500) || `The server did not accept the draft (${response.status}). Change the text and it is tried again.`;
}

customElements.define('wb-autosave', WbAutosave);
