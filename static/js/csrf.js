/**
 * The token that proves a request comes from our page. The cookie is asked first: signing in again in
 * another tab changes it, and the text in this tab must still be accepted.
 */
const FIELD = 'csrfmiddlewaretoken';
const COOKIE = /(?:^|; )(?:__Host-)?workbench-csrf=([^;]+)/; // named in workbench/settings.py

export function csrfToken() {
  return document.cookie.match(COOKIE)?.[1] ?? document.querySelector(`[name="${FIELD}"]`)?.value ?? '';
}

document.addEventListener('htmx:configRequest', ({ detail }) => {
  const token = csrfToken();
  if (!token) return;
  detail.headers['X-CSRFToken'] = token;
  if (detail.parameters.has(FIELD)) detail.parameters.set(FIELD, token); // it counts more than the header
});

document.addEventListener('submit', ({ target }) => {
  const field = target.elements.namedItem(FIELD);
  if (field) field.value = csrfToken();
}, true);
