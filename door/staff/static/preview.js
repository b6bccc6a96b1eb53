// <reply-preview data-message='{…}'>: draws a reply with the widget's own code (door/staff/widget_preview.py puts it before this).

const PLACED = ":host{position:static!important;inset:auto!important;display:block!important;max-width:26em}" +
  ".panel{position:static!important;display:block!important;width:auto!important;height:auto!important;max-height:none!important;border-radius:0;box-shadow:none}" +
  ".log{overflow:visible!important;max-height:none!important}";

class ReplyPreview extends HTMLElement {
  connectedCallback() {
    const message = clean(JSON.parse(this.dataset.message || "{}"));
    if (!message || this.shadowRoot) return;
    const shadow = this.attachShadow({ mode: "open" });
    const words = new Words("en");
    dress(this, shadow);
    const placed = new CSSStyleSheet();
    placed.replaceSync(PLACED);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, placed];
    // Nothing here is sent anywhere: the buttons are only to be seen.
    const nothing = () => {};
    const item = answered(words, message, false);
    item.append(under(words, message, { choose: nothing, helped: nothing, copy: nothing }));
    shadow.append(h("section", { class: "root", lang: "en-GB", "aria-label": "Preview" },
      h("div", { class: "panel" }, h("div", { class: "log" }, h("ol", {}, item)))));
  }
}

if (!customElements.get("reply-preview")) customElements.define("reply-preview", ReplyPreview);
