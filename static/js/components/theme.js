/**
 * `<wb-theme><form method="post" action="…">` with buttons named `theme` ("system", "light", "dark"):
 * the page changes at once, the server keeps the choice (it draws the next page by its cookie).
 */
import { csrfToken } from '../csrf.js';

class WbTheme extends HTMLElement {
  connectedCallback() {
    this.addEventListener('submit', this);
    this.#mark();
  }

  handleEvent(event) {
    const { value } = event.submitter ?? {};
    if (!value) return;
    event.preventDefault();
    if (value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
    this.#mark();
    fetch(event.target.action, {
      method: 'POST',
      body: new URLSearchParams({ theme: value }),
      headers: { 'X-CSRFToken': csrfToken(), 'HX-Request': 'true' },
    }).catch(() => {}); // without the server the choice lasts as long as the page
  }

  #mark() {
    const now = document.documentElement.dataset.theme ?? 'system';
    for (const button of this.querySelectorAll('button[name="theme"]')) {
      button.ariaPressed = String(button.value === now);
    }
  }
}

customElements.define('wb-theme', WbTheme);
