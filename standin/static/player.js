// A player without sound: it says what would be heard, lets the time pass, and answers the iFrame API.
const songs = [...document.querySelectorAll("[data-song]")];
const state = document.querySelector("[data-state]");
const button = document.querySelector("[data-toggle]");
const TICK_MS = 250;
let at = 0;
let position = 0;
let isPaused = true;

// To whoever frames this page: what plays is no secret.
const tell = (type, payload = {}) => parent.postMessage({ type, payload }, "*");

const show = () => {
  const song = songs[at];
  state.textContent = `${isPaused ? "Paused" : "Playing"}: ${song.dataset.title}`;
  button.textContent = isPaused ? "Play" : "Pause";
  tell("playback_update", {
    playingURI: song.dataset.song,
    isPaused,
    isBuffering: false,
    duration: Number(song.dataset.duration),
    position,
  });
};

const play = () => {
  isPaused = false;
  tell("playback_started", { playingURI: songs[at].dataset.song });
  show();
};
const pause = () => { isPaused = true; show(); };
const start = (number) => { at = number; position = 0; play(); };
const toggle = () => { if (isPaused) play(); else pause(); };
const commands = {
  play,
  pause,
  toggle,
  resume: play,
  restart: () => start(0),
  seek: (seconds) => { position = seconds * 1000; show(); },
};

const pass = () => {
  if (isPaused) return;
  position += TICK_MS;
  if (position < Number(songs[at].dataset.duration)) show();
  else if (at + 1 < songs.length) start(at + 1);
  else { at = 0; position = 0; pause(); }
};

if (songs.length) {
  button.hidden = false;
  button.addEventListener("click", toggle);
  setInterval(pass, TICK_MS);
  addEventListener("message", ({ source, data }) => {
    if (source === parent && Object.hasOwn(commands, data.command)) commands[data.command](data.value);
  });
}
tell("ready");
