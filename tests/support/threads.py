"""Calls from several threads at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def at_once(n_threads, act):
    """Call `act` with the number of each thread, in all threads at the same moment; return the results."""
    barrier = Barrier(n_threads)

    def wait_and_act(number):
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(n_threads) as threads:
        return list(threads.map(wait_and_act, range(n_threads)))
