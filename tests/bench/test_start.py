import pytest

from inr_cli.bench import start


def test_each_wait_is_timed_and_compared_with_pytorchs_own(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = {
        name: (wait, command) for name, (wait, command) in start.WAITS.items() if name != "a checked configuration"
    }
    monkeypatch.setattr(start, "WAITS", waits)
    alone, help_, first = start.measure(1)
    assert (alone.case, alone.beyond) == (start.ALONE, 0)
    assert help_.command == "inr --help"
    assert help_.seconds < first.seconds, "no training begins before PyTorch is there, and the help does without"
    assert first.command.startswith("inr fit image=cat ")
    assert first.beyond == pytest.approx(first.seconds - alone.seconds)
    assert len(first.cells()) == len(start.HEADER)


def test_a_training_that_ends_before_its_first_step_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="did not begin to train"):
        start._first_step((*start.INR, "fit", "image=nothing"))
