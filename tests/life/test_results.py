"""Results of communities are kept in a file, so that a run of hours may be stopped."""

from pathlib import Path

from tests.life.results import Result, as_line, missing, read_results
from tests.life.run import Measures


def result(seed: int, words: tuple[str, ...] = ()) -> Result:
    measures = Measures(9, 8, 1.5, 4.0, 30.0, 0, 700, 4000)
    return Result("sqlite", seed, 7.0, measures, {"one-holder-a-place": len(words)}, words)


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "life.jsonl"
    assert list(read_results(file)) == []
    lived = [result(1), result(3, ("one-holder-a-place: order-1: 两人",))]
    lines = [as_line(one) for one in lived]
    file.write_text("\n".join([*lines, as_line(result(4))[:40]]), "utf-8")
    known = list(read_results(file))
    assert known == lived
    assert list(missing(range(1, 5), "sqlite", 7.0, known)) == [2, 4]
    assert list(missing(range(1, 3), "postgresql", 7.0, known)) == [1, 2]
    assert list(missing(range(1, 3), "sqlite", 30.0, known)) == [1, 2]
