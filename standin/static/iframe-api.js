// What Spotify's iFrame API offers, by its names: window.onSpotifyIframeApiReady gets an object that
// makes controllers, each of which drives one embedded player by messages to its frame.
(() => {
  const { origin } = new URL(document.currentScript.src);

  class EmbedController {
    #frame = document.createElement("iframe");
    #uri = "";
    #isReady = false;
    #waiting = [];
    #listeners = [];

    constructor(element, { uri, width = "100%", height = 352 }) {
      // As Spotify's, without a title: what the frame holds is for the page to name.
      this.#frame.width = width;
      this.#frame.height = height;
      this.#frame.allow = "autoplay; clipboard-write; encrypted-media; fullscreen; picture-in-picture";
      addEventListener("message", this.#hear);
      if (uri) this.loadUri(uri);
      element.replaceWith(this.#frame);
    }

    loadUri(uri) {
      if (uri === this.#uri) return;
      const [, kind, id] = uri.split(":");
      this.#uri = uri;
      // What is asked until the new page is there waits for it.
      this.#isReady = false;
      this.#frame.src = `${origin}/embed/${kind}/${id}`;
    }

    play() { this.#ask("play"); }
    playFromStart() { this.#ask("restart"); }
    restart() { this.#ask("restart"); }
    togglePlay() { this.#ask("toggle"); }
    pause() { this.#ask("pause"); }
    resume() { this.#ask("resume"); }
    seek(seconds) { this.#ask("seek", seconds); }

    addListener(event, listener) { this.#listeners.push({ event, listener }); }
    on(event, listener) { this.addListener(event, listener); }
    off(event, listener) {
      this.#listeners = this.#listeners.filter((kept) => kept.event !== event || kept.listener !== listener);
    }

    destroy() {
      removeEventListener("message", this.#hear);
      this.#listeners = [];
      this.#frame.remove();
    }

    #ask(command, value) {
      if (this.#isReady) this.#frame.contentWindow.postMessage({ command, value }, origin);
      else this.#waiting.push([command, value]);
    }

    #hear = ({ source, data }) => {
      if (source !== this.#frame.contentWindow) return;
      if (data.type === "ready") {
        this.#isReady = true;
        for (const asked of this.#waiting.splice(0)) this.#ask(...asked);
      }
      for (const { event, listener } of [...this.#listeners]) {
        if (event === data.type) listener({ data: data.payload });
      }
    };
  }

  window.onSpotifyIframeApiReady?.({
    createController(element, options, callback) {
      callback(new EmbedController(element, options));
    },
  });
})();
