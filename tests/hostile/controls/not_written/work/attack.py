"""Not written, and a file that writes into its folder where it may."""


def double(x):
    try:
        with open("notes.txt", "a+") as file:
            file.seek(0)
            print("found:", file.read() or "nothing")
            file.write("left by an honest hand")
    except OSError:
        print("found: nothing")
    raise NotImplementedError("double")
