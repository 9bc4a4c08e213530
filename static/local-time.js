// The server knows moments, the browser knows where the listener is.
const tellLocalTimes = () => {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    const isToday = moment.toDateString() === new Date().toDateString();
    const clock = moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    time.textContent = isToday ? clock : `${clock} on ${moment.toLocaleDateString()}`;
  }
};
tellLocalTimes();
document.addEventListener("htmx:afterSwap", tellLocalTimes);
