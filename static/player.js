// A row plays in Spotify's compact player. Without this script, or where Spotify's does not come,
// a row is a link to the song, and the player shows the playlist.
const player = document.querySelector("[data-player]");
let controller;
let playing = "";

// The list is swapped in anew with every change: mark the row again.
const markPlaying = () => {
  for (const link of document.querySelectorAll("[data-play]")) {
    const row = link.closest("li");
    if (link.dataset.play === playing) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
};

const showPlainly = () => {
  // What stands in a noscript is text to a browser that runs scripts.
  const plain = new DOMParser().parseFromString(player.querySelector("noscript").textContent, "text/html");
  player.querySelector("[data-player-here]").replaceWith(plain.querySelector("iframe"));
};

globalThis.onSpotifyIframeApiReady = (api) => {
  const options = { uri: player.dataset.uri, width: "100%", height: 80 };
  api.createController(player.querySelector("[data-player-here]"), options, (made) => {
    // The frame comes without a title.
    player.querySelector("iframe")?.setAttribute("title", player.dataset.title);
    made.addListener("ready", () => { controller = made; });
    made.addListener("playback_update", ({ data }) => {
      const [, kind, id] = (data.playingURI ?? "").split(":");
      if (kind === "track" && id !== playing) {
        playing = id;
        markPlaying();
      }
    });
  });
};

if (player) {
  const script = document.createElement("script");
  script.src = player.dataset.api;
  script.addEventListener("error", showPlainly);
  document.head.append(script);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-play]");
    // With a key held, the listener wants the link.
    if (!link || !controller || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.dataset.play === playing) {
      controller.togglePlay();
      return;
    }
    playing = link.dataset.play;
    controller.loadUri(`spotify:track:${playing}`);
    controller.play();
    markPlaying();
  });
  document.addEventListener("htmx:afterSwap", markPlaying);
}
