"""Never ends while it is imported."""

import time

time.sleep(1000)
double = time.sleep(1000)
