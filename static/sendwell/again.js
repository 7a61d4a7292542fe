// A page that shows how far something has come looks again by itself, and keeps the reader's place:
// while somebody is at a button or has something open, only the progress is renewed.
(() => {
  const script = document.currentScript;
  const every = 1000 * Number(script.dataset.every || 3);
  const main = document.getElementById("main");

  const isBusy = () =>
    main.contains(document.activeElement) || main.querySelector("details[open]") !== null;

  const renew = (page) => {
    const fresh = page.getElementById("main");
    if (!fresh) return;
    document.title = page.title;
    if (!isBusy()) {
      main.replaceChildren(...fresh.childNodes);
      return;
    }
    for (const part of main.querySelectorAll("[data-live]")) {
      const other = fresh.querySelector(`#${part.id}`);
      if (other) part.replaceChildren(...other.childNodes);
    }
  };

  const look = async () => {
    let goesOn = true;
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        renew(page);
        goesOn = page.querySelector("script[data-every]") !== null || isBusy();
      }
    } catch {
      // Out of reach for a moment; the next look will tell.
    }
    if (goesOn) setTimeout(look, every);
  };

  setTimeout(look, every);
})();
