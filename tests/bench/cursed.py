"""The floor under every figure: a program of Python's curses that shows each key."""

import curses


def main(screen: curses.window) -> None:
    """Echo keys until Ctrl+C."""
    screen.addstr(0, 0, "bare curses")
    screen.move(1, 0)
    while True:
        screen.refresh()
        key = screen.getch()
        column = screen.getyx()[1]
        if key == ord("\x15"):
            screen.move(1, 0)
            screen.clrtoeol()
        elif column < 110:
            screen.addch(1, column, key)


if __name__ == "__main__":
    curses.wrapper(main)
