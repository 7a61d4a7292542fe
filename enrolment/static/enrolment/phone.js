// The thread follows by itself; without this script the page still works by its buttons.
const part = document.getElementById("thread-part");
const toEnd = () => {
  const thread = part.querySelector(".thread");
  thread.scrollTop = thread.scrollHeight;
};

let shown = "";

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(part.dataset.src, { headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok || answer.redirected) return;
  const fresh = await answer.text();
  // The same again would take the keyboard's place away from whoever scrolls.
  if (fresh === shown) return;
  shown = fresh;
  const texts = part.querySelectorAll(".bubble").length;
  const thread = part.querySelector(".thread");
  const place = thread.scrollTop;
  part.innerHTML = fresh;
  // New texts pull the thread down; otherwise the reader keeps their place.
  if (part.querySelectorAll(".bubble").length > texts) toEnd();
  else part.querySelector(".thread").scrollTop = place;
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const note = form.querySelector(".busy");
    note.hidden = false;
    note.textContent = form.dataset.busy;
    // The pressed button's value is sent before it is disabled.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });
}

toEnd();
setInterval(() => refresh().catch(() => {}), 2000);
