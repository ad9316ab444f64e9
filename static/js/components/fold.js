/**
 * `<wb-fold><button hidden aria-expanded="true">…</button> <h2>…</h2> <span></span></wb-fold>` in the head of a turn:
 * the button folds the turn to its head, and the span shows how it begins. A long conversation opens with its older turns folded.
 * Only the view is folded: the fields are posted, and what is said about them stays in sight.
 */
const LONG = 10; // turns
const OPEN = 4; // of them that a long conversation opens with
const SENTENCE = '[id^="error-"]:not(:empty)';
// What tells a turn from others: its kinds of blocks, the tools they call, its texts.
const PARTS = '.block-head h3, .block [id$="-name"], wb-editor > textarea';
const SHOWN = 200; // characters of the beginning; the head cuts them to its width

class WbFold extends HTMLElement {
  #stop;

  connectedCallback() {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    this.#button.hidden = false;
    this.#button.addEventListener('click', () => this.#fold(this.#isOpen), { signal });
    // A block that was asked for just now, and a sentence about one, must be seen.
    this.#turn.addEventListener('htmx:load', ({ target }) => {
      if (target.closest('.block, [id^="error-"]')) this.#fold(false);
    }, { signal });
    if (document.readyState !== 'complete' && this.#isOld() && !this.#turn.querySelector(SENTENCE)) this.#fold(true);
  }

  disconnectedCallback() {
    this.#stop?.abort();
  }

  get #button() { return this.querySelector('button'); }

  get #turn() { return this.closest('.turn'); }

  get #isOpen() { return this.#button.ariaExpanded === 'true'; }

  #isOld() {
    const turns = [...this.#turn.parentElement.children];
    return turns.length > LONG && turns.indexOf(this.#turn) < turns.length - OPEN;
  }

  #fold(isFolded) {
    this.#turn.toggleAttribute('data-folded', isFolded);
    this.#button.ariaExpanded = String(!isFolded);
    this.querySelector(':scope > span').textContent = isFolded ? this.#beginning() : '';
  }

  #beginning() {
    const texts = [...this.#turn.querySelectorAll(PARTS)].map((each) => each.value ?? each.textContent);
    return texts.filter((text) => text.trim() && text !== 'Text').join(' · ').slice(0, SHOWN);
  }
}

customElements.define('wb-fold', WbFold);
