// The checks look through every text, which takes a moment: the page is there meanwhile.
const checks = document.getElementById("checks");
if (checks) {
  const before = checks.innerHTML;
  const looking = document.createElement("p");
  looking.textContent = checks.dataset.looking;
  checks.replaceChildren(looking);
  fetch(checks.dataset.src, { headers: { "X-Requested-With": "fetch" } })
    .then((answer) => {
      if (!answer.ok || answer.redirected) throw new Error("not looked at");
      return answer.text();
    })
    .then((found) => { checks.innerHTML = found; })
    .catch(() => { checks.innerHTML = before; });
}
