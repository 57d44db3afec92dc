/* 效能: improves what already works without it. No inline anything; nothing is fetched that a link would not. */
(function () {
  "use strict";
  var root = document.documentElement;
  var keep = {
    get: function (k) { try { return localStorage.getItem(k); } catch (e) { return null; } },
    set: function (k, v) { try { localStorage.setItem(k, v); } catch (e) { /* private window: forget it */ } }
  };
  root.className += " js";
  if (keep.get("theme")) root.setAttribute("data-theme", keep.get("theme"));
  if (keep.get("type")) root.setAttribute("data-type", keep.get("type"));

  function all(sel, from) { return Array.prototype.slice.call((from || document).querySelectorAll(sel)); }
  function on(el, kind, fn) { if (el) el.addEventListener(kind, fn); }
  function make(tag, cls, text) { var el = document.createElement(tag); if (cls) el.className = cls; if (text) el.textContent = text; return el; }

  function toggles() {
    function dark() { return root.getAttribute("data-theme") === "dark" || (!root.getAttribute("data-theme") && matchMedia("(prefers-color-scheme: dark)").matches); }
    all("[data-theme-toggle]").forEach(function (b) {
      b.setAttribute("aria-pressed", dark());
      on(b, "click", function () { var t = dark() ? "light" : "dark"; root.setAttribute("data-theme", t); keep.set("theme", t); b.setAttribute("aria-pressed", t === "dark"); });
    });
    all("[data-type-toggle]").forEach(function (b) {
      b.setAttribute("aria-pressed", root.getAttribute("data-type") === "large");
      on(b, "click", function () {
        var large = root.getAttribute("data-type") === "large" ? "" : "large";
        if (large) root.setAttribute("data-type", large); else root.removeAttribute("data-type");
        keep.set("type", large); b.setAttribute("aria-pressed", !!large);
      });
    });
  }

  /* 时限日历: tap or point at a day and the line below tells it. */
  function strips() {
    all("[data-strip]").forEach(function (strip) {
      var say = strip.nextElementSibling, rest = say && say.textContent;
      function tell(e) { var d = e.target.closest ? e.target.closest(".d[title]") : null; if (d && say) say.textContent = d.title; }
      on(strip, "click", tell); on(strip, "mouseover", tell);
      on(strip, "mouseleave", function () { if (say) say.textContent = rest; });
    });
  }

  function dialog(fill) {
    var d = make("dialog"), close = make("button", "tool close", "关闭");
    close.type = "button";
    on(close, "click", function () { d.close(); });
    on(d, "close", function () { d.remove(); });
    on(d, "click", function (e) { if (e.target === d) d.close(); });
    d.appendChild(close); fill(d); document.body.appendChild(d); d.showModal();
  }

  /* 为什么: a link to the explanation opens it here. */
  function whys() {
    if (!window.HTMLDialogElement || !window.fetch) return;
    on(document, "click", function (e) {
      var a = e.target.closest && e.target.closest("a[data-why]");
      if (!a || e.metaKey || e.ctrlKey || e.shiftKey || e.button) return;
      e.preventDefault();
      fetch(a.href, { credentials: "same-origin" }).then(function (r) { if (!r.ok) throw r; return r.text(); }).then(function (t) {
        var part = new DOMParser().parseFromString(t, "text/html").getElementById(a.hash.slice(1));
        if (!part) throw a.hash;
        all("details", part).forEach(function (x) { x.open = true; });
        dialog(function (d) { d.setAttribute("aria-label", "为什么是这一天"); d.appendChild(document.importNode(part, true)); });
        strips();
      }).catch(function () { location.href = a.href; });
    });
  }

  function help() {
    if (!window.HTMLDialogElement || document.querySelector("dialog[open]")) return;
    dialog(function (d) {
      d.appendChild(make("h2", "", "快捷键"));
      var dl = make("dl", "dl");
      [["j", "下一件"], ["k", "上一件"], ["Enter", "打开"], ["x", "选中"], ["/", "搜索"], ["?", "本说明"]].forEach(function (p) {
        var dt = make("dt"); dt.appendChild(make("kbd", "", p[0])); dl.appendChild(dt); dl.appendChild(make("dd", "", p[1]));
      });
      d.appendChild(dl);
    });
  }

  function keys() {
    var list = document.querySelector("[data-list]"), rows = list ? all("tbody tr", list) : [], at = -1;
    function go(n) {
      if (!rows.length) return;
      if (rows[at]) rows[at].classList.remove("at");
      at = Math.max(0, Math.min(rows.length - 1, n));
      rows[at].classList.add("at");
      var a = rows[at].querySelector(".ti a, a");
      if (a) a.focus({ preventScroll: true });
      rows[at].scrollIntoView({ block: "nearest" });
    }
    on(document, "keydown", function (e) {
      if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || document.querySelector("dialog[open]")) return;
      if (e.key === "j") go(at + 1);
      else if (e.key === "k") go(at - 1);
      else if (e.key === "x" && rows[at]) { var box = rows[at].querySelector("input[type=checkbox]"); if (box) box.click(); }
      else if (e.key === "/") { var s = document.querySelector("[data-search]"); if (!s) return; e.preventDefault(); s.focus(); s.select(); }
      else if (e.key === "?") help();
    });
  }

  function forms() {
    all("form[data-autosubmit]").forEach(function (f) {
      on(f, "change", function (e) { if (e.target.type !== "search") f.submit(); });
      on(f, "submit", function () { all("input,select", f).forEach(function (i) { if (!i.value) i.disabled = true; }); });
    });
    on(window, "pageshow", function () { all("form[data-autosubmit] :disabled").forEach(function (i) { i.disabled = false; }); });
    all("[data-fill]").forEach(function (b) {
      on(b, "click", function () {
        var to = document.getElementById(b.getAttribute("data-fill"));
        if (!to) return;
        to.value = to.value.trim() ? to.value.trim() + "；" + b.textContent : b.textContent;
        to.dispatchEvent(new Event("input", { bubbles: true })); to.focus();
      });
    });
    /* A long list of boxes: what is typed narrows it; what is ticked always shows. */
    all("[data-narrow]").forEach(function (i) {
      var labels = all("label", document.getElementById(i.getAttribute("data-narrow")));
      on(i, "input", function () {
        var w = i.value.trim();
        labels.forEach(function (l) { l.hidden = w && l.textContent.indexOf(w) < 0 && !l.querySelector("input").checked; });
      });
      on(i, "keydown", function (e) { if (e.key === "Enter") e.preventDefault(); });
    });
    /* Sent once: the button sleeps after the first press; the server would hold it to once anyway. */
    all("form[method=post]").forEach(function (f) {
      on(f, "submit", function () { setTimeout(function () { all("button[type=submit]", f).forEach(function (b) { b.disabled = true; }); }, 0); });
    });
    on(window, "pageshow", function (e) { if (e.persisted) all("form[method=post] button:disabled").forEach(function (b) { b.disabled = false; }); });
    var first = document.querySelector("[data-focus]");
    if (first) first.focus();
  }

  /* 草稿: form[data-draft-url] is kept on the server while one types. */
  function drafts() {
    if (!window.fetch || !window.URLSearchParams) return;
    all("form[data-draft-url]").forEach(function (f) {
      var wait, sent, say = f.querySelector("[data-draft-state]"), meta = document.querySelector("meta[name=csrf]");
      function save() {
        if (sent) return;
        fetch(f.getAttribute("data-draft-url"), {
          method: "POST", credentials: "same-origin", keepalive: true,
          headers: { "X-CSRF-Token": meta ? meta.content : "", "Content-Type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams(new FormData(f)).toString()
        }).then(function (r) { if (say) say.textContent = r.ok ? "草稿已保存" : "草稿没有存上，请不要关闭本页"; })
          .catch(function () { if (say) say.textContent = "网络不通，草稿没有存上，请不要关闭本页"; });
      }
      on(f, "input", function () { clearTimeout(wait); wait = setTimeout(save, 800); if (say) say.textContent = "正在保存"; });
      on(f, "submit", function () { sent = true; clearTimeout(wait); });
    });
  }

  function copies() {
    if (!navigator.clipboard) return;
    all("[data-copy]").forEach(function (b) {
      b.hidden = false;
      on(b, "click", function () {
        var was = b.textContent;
        navigator.clipboard.writeText(b.getAttribute("data-copy") || location.href).then(function () { b.textContent = "已复制"; setTimeout(function () { b.textContent = was; }, 1600); });
      });
    });
  }

  function prints() {
    all("[data-print]").forEach(function (b) { on(b, "click", function () { window.print(); }); });
  }

  function start() { prints(); toggles(); strips(); whys(); keys(); forms(); drafts(); copies(); }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
