// Links, and the files of messages: whatever is in an address, it leads to the web or nowhere.

// A link to an address, which is shown as `text`; the address itself where it is none.
export function linkTo(address, text, base) {
  const link = document.createElement("a");
  link.className = "link";
  link.append(text);
  try {
    const url = new URL(address, base);
    if (!["http:", "https:"].includes(url.protocol)) return link;
    link.href = url.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  } catch {
    // no address: it stays text
  }
  return link;
}

// A file of a message, by its name where it has one. `isShown` says of which addresses the page may show pictures.
export function fileOf({ kind, url, name }, base, isShown = () => true) {
  const shown = document.createElement("span");
  shown.className = "address";
  shown.textContent = name ?? nameIn(url, base);
  const link = linkTo(url, shown, base);
  link.title = url;
  link.classList.add("file");
  if (kind === "image" && link.href && isShown(link)) {
    const picture = document.createElement("img");
    picture.className = "picture";
    picture.src = link.href;
    picture.alt = name ?? "";
    link.prepend(picture);
  }
  return link;
}

// The name that a file has in its address, or the address itself.
function nameIn(address, base) {
  try {
    return decodeURIComponent(new URL(address, base).pathname.split("/").pop()) || address;
  } catch {
    return address;
  }
}
