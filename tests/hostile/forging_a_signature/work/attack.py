"""Puts something that ends the program where the signature of the function is looked up."""


class Trap:
    @property
    def __signature__(self):
        raise SystemExit

    def __call__(self, x):
        return 2 * x


double = Trap()
