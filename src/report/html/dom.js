// Everything shown is put in as text: no string of the data is ever read as HTML.
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  return fill(node, attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

// Adds to a part of the page that is there.
function put(id, ...children) {
  return fill(document.getElementById(id), null, children);
}

// A part that is made when it is opened for the first time.
function fold(title, make, attributes) {
  const node = el("details", Object.assign({class: "fold"}, attributes), el("summary", null, title));
  node.addEventListener("toggle", () => {
    if (node.open && node.children.length === 1) node.append(make());
  });
  return node;
}

// A long list in pieces, so that opening it is quick.
function inPieces(items, size, show, holder) {
  let at = 0;
  const more = el("button", {type: "button"});
  const step = () => {
    const piece = document.createDocumentFragment();
    for (const end = Math.min(at + size, items.length); at < end; ++at) piece.append(show(items[at]));
    holder.insertBefore(piece, more);
    more.textContent = "Show more (" + (items.length - at).toLocaleString("en") + " left)";
    more.hidden = at >= items.length;
  };
  more.addEventListener("click", step);
  holder.append(more);
  step();
  return holder;
}
