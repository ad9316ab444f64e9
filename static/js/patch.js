/**
 * Two swap styles that keep what is on the screen (`hx-ext="patch"` on the target or above it):
 *
 * `hx-swap-oob="patch"`         the target's children become the sent ones; equal nodes are not
 *                               touched, of a text only the changed tail is, so a selection lives on.
 * `hx-swap-oob="append:#a b"`   the sent text is added to the end of the target's text.
 *
 * New nodes come from the server's sanitised HTML and are never handed to htmx.
 */

/** Code blocks that hold a selection -> the newest content that waits for the selection to leave. */
const held = new Map();

htmx.defineExtension('patch', {
  isInlineSwap: () => false,
  handleSwap(style, target, fragment) {
    if (style === 'append') append(target, fragment.textContent);
    else if (style === 'patch') patchElement(target, fragment);
    else return false;
    return true;
  },
});

function append(target, text) {
  const last = target.lastChild;
  if (last?.nodeType === Node.TEXT_NODE) last.appendData(text);
  else target.append(text);
}

/** Makes `old`'s children those of `fresh`, now or, for selected code, once it is let go. */
function patchElement(old, fresh) {
  held.delete(old);
  if ((isCode(old) || isColouring(old, fresh)) && holdsSelection(old)) held.set(old, fresh);
  else patchChildren(old, fresh);
}

function patchChildren(old, fresh) {
  // Taken by position: blocks are only ever added at the end.
  const before = [...old.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((node, index) => {
    if (index < before.length) patchNode(before[index], node);
    else old.append(node);
  });
  before.slice(after.length).forEach((node) => node.remove());
}

function patchNode(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeName !== fresh.nodeName) old.replaceWith(fresh);
  else if (old.nodeType === Node.TEXT_NODE) patchText(old, fresh.data);
  else if (old.nodeType === Node.ELEMENT_NODE) {
    patchAttributes(old, fresh);
    patchElement(old, fresh);
  } else old.replaceWith(fresh);
}

function patchText(old, text) {
  const limit = Math.min(old.length, text.length);
  const current = old.data;
  let same = 0;
  while (same < limit && current[same] === text[same]) same += 1;
  if (same < current.length || same < text.length) old.replaceData(same, current.length - same, text.slice(same));
}

function patchAttributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    // What the reader has unfolded stays unfolded.
    if (!fresh.hasAttribute(name) && !(name === 'open' && old.nodeName === 'DETAILS')) old.removeAttribute(name);
  }
}

function isCode(element) {
  const first = element.firstElementChild;
  return first?.nodeName === 'PRE' || Boolean(first?.classList.contains('code-block'));
}

/** Code inside a list or a quotation grows as plain text, which keeps a selection; its colours would not. */
function isColouring(old, fresh) {
  return old.nodeName === 'CODE' && !old.firstElementChild && fresh.firstElementChild !== null;
}

function holdsSelection(element) {
  const selection = getSelection();
  return selection.rangeCount > 0 && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(element);
}

document.addEventListener('selectionchange', () => {
  for (const [element, fresh] of held) {
    if (element.isConnected && holdsSelection(element)) continue;
    held.delete(element);
    if (element.isConnected) patchChildren(element, fresh);
  }
});
