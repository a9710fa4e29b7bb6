(function () {
  "use strict";
  var page = document.documentElement;
  var wanted = new URLSearchParams(location.search).get("lang");
  var buttons = document.querySelectorAll("button[data-lang]");
  var search = document.getElementById("search");

  function speak(language) {
    page.dataset.lang = language;
    page.lang = language === "zh" ? "zh-CN" : "en";
    document.title = page.dataset["title" + (language === "zh" ? "Zh" : "En")];
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.lang === language));
    });
    document.querySelectorAll("a[data-page]").forEach(function (link) {
      var parts = link.getAttribute("href").split("#");
      var path = parts[0].split("?")[0];
      link.setAttribute("href", path + "?lang=" + language + (parts[1] ? "#" + parts[1] : ""));
    });
    if (search) { search.placeholder = search.dataset[language]; }
  }

  speak(wanted === "en" || wanted === "zh" ? wanted : page.dataset.default);
  document.querySelector(".languages").hidden = false;
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { speak(button.dataset.lang); });
  });

  if (!search) { return; }
  var rows = Array.prototype.slice.call(document.querySelectorAll("tr[data-text]"));
  var attention = document.getElementById("attention");
  var shown = document.querySelectorAll("[data-shown]");

  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    rows.forEach(function (row) {
      var text = row.dataset.text;
      var fits = words.every(function (word) { return text.indexOf(word) >= 0; });
      row.hidden = !fits || (attention.checked && row.dataset.attention !== "yes");
      count += row.hidden ? 0 : 1;
    });
    shown.forEach(function (place) { place.textContent = String(count); });
    document.getElementById("nothing").hidden = count > 0;
  }

  document.querySelector(".filter").hidden = false;
  search.addEventListener("input", filter);
  attention.addEventListener("change", filter);
  filter();
})();
