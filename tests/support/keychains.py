"""A keyring in memory, which forgets nothing and may be taken away."""

from headrace.logins import Login


class MemoryKeychain:
    """Keeps logins as long as the test runs."""

    def __init__(self) -> None:
        self.kept: dict[str, Login] = {}
        self.refuses = False

    def places(self) -> dict[str, str]:
        return {place: login.user for place, login in self.kept.items()}

    def is_there(self) -> bool:
        return not self.refuses

    def read(self, place: str) -> Login | None:
        self._check()
        return self.kept.get(place)

    def write(self, place: str, login: Login) -> None:
        self._check()
        self.kept[place] = login

    def remove(self, place: str) -> None:
        self._check()
        self.kept.pop(place, None)

    def _check(self) -> None:
        if self.refuses:
            raise OSError("the keyring refuses")
