/**
 * `<wb-palette for="id"><a href="…">…</a></wb-palette>`: the link, and Ctrl/Cmd+K wherever the focus is, open that
 * `<dialog>`. Its combobox asks for options as one types; arrow keys choose one, Enter follows it, once there are the
 * options for what was typed. An option without an address presses what its `data-presses` selects.
 */
class WbPalette extends HTMLElement {
  #isOld = false; // the options are for what was typed before
  #isWanted = false; // Enter was pressed meanwhile

  connectedCallback() {
    this.addEventListener('click', this);
    document.addEventListener('keydown', this);
    const dialog = this.#dialog;
    dialog.addEventListener('keydown', (event) => this.#move(event));
    dialog.addEventListener('click', (event) => this.#press(event));
    dialog.addEventListener('submit', (event) => this.#follow(event));
    dialog.addEventListener('input', () => { this.#isOld = true; this.#isWanted = false; });
    dialog.addEventListener('htmx:afterSwap', ({ detail }) => {
      // The answer to what was typed before may come while one goes on typing.
      const asked = detail.requestConfig?.parameters?.[this.#field.name] ?? this.#field.value;
      if (asked === this.#field.value) this.#show();
    });
    for (const failure of ['responseError', 'sendError', 'timeout']) {
      dialog.addEventListener(`htmx:${failure}`, () => { this.#list.replaceChildren(); this.#show(); });
    }
  }

  disconnectedCallback() { document.removeEventListener('keydown', this); }

  handleEvent(event) {
    const isKey = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key?.toLowerCase() === 'k';
    const isClick = event.type === 'click' && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!isKey && !isClick) return;
    event.preventDefault();
    if (this.#dialog.open) return;
    this.#dialog.showModal();
    this.#isWanted = false;
    this.#field.select();
    this.#field.dispatchEvent(new Event('palette'));
  }

  get #dialog() { return document.getElementById(this.getAttribute('for')); }

  get #field() { return this.#dialog.querySelector('[role="combobox"]'); }

  get #list() { return this.#dialog.querySelector('[role="listbox"]'); }

  get #options() { return [...this.#list.querySelectorAll('[role="option"]')]; }

  get #chosen() { return this.#options.findIndex((option) => option.ariaSelected === 'true'); }

  #show() {
    this.#isOld = false;
    this.#choose(0);
    if (this.#isWanted) this.#field.form.requestSubmit();
  }

  #move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing) return;
    event.preventDefault();
    this.#choose(this.#chosen + step);
  }

  #choose(number) {
    const options = this.#options;
    const chosen = options.at(number % options.length);
    for (const option of options) option.ariaSelected = String(option === chosen);
    this.#field.setAttribute('aria-activedescendant', chosen?.id ?? '');
    chosen?.scrollIntoView({ block: 'nearest' });
  }

  #follow(event) {
    this.#isWanted = this.#isOld;
    const chosen = this.#options[this.#chosen];
    if (!this.#isOld && !chosen) return; // the form leads to the page of the search
    event.preventDefault();
    if (!this.#isOld) chosen.click();
  }

  #press(event) {
    const { presses } = event.target.closest('[role="option"]')?.dataset ?? {};
    if (!presses) return;
    this.#dialog.close();
    document.querySelector(presses)?.click();
  }
}

customElements.define('wb-palette', WbPalette);
