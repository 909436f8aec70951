"""Reading CSV by record: exact bytes, exact lines, and broken rows that harm no other."""

import csv
import io
import random

import pytest

from inlet_training.score.chunks import read_chunks
from inlet_training.score.records import LARGEST_RECORD, read_records

HOSTILE_BYTES = [
    b"a",
    b"1",
    b",",
    b",",
    b'"',
    b'""',
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b"\xff",
    b"\x00",
]


def records(content: bytes, width: int | None = None):
    return list(read_records(io.BytesIO(content), width))


def problems(content: bytes, width: int) -> dict[int, str]:
    return {record.line: record.problem for record in records(content, width) if record.problem}


def test_what_a_csv_writer_writes_is_read_as_it_was():
    generator = random.Random(7)
    rows = [
        ["".join(generator.choices('ab,"\n é1', k=generator.randrange(6))) for _ in range(3)]
        for _ in range(2000)
    ]
    for ending in ("\n", "\r\n"):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator=ending).writerows(rows)
        content = text.getvalue().encode()
        found = records(content, 3)
        assert [record.problem for record in found] == [""] * len(rows)
        assert [[field.decode() for field in record.fields] for record in found] == rows


@pytest.mark.parametrize("width", [1, 2, 3])
def test_no_byte_of_a_hostile_file_is_lost_and_every_line_number_is_true(width):
    generator = random.Random(width)
    for _ in range(3000):
        content = b"".join(generator.choices(HOSTILE_BYTES, k=generator.randrange(40)))
        offset, found = 0, records(content, width)
        assert b"".join(record.raw + record.ending for record in found) == content
        for record in found:
            assert record.line == content[:offset].count(b"\n") + 1
            offset = record.end
            assert bool(record.problem) != (len(record.fields) == width)


def test_reading_may_begin_at_any_record():
    content = b'a,b\n1,"x\ny"\n2,"broken\n3,z\n4,w\n'
    whole = records(content, 2)
    for index, record in enumerate(whole[:-1]):
        rest = list(read_records(io.BytesIO(content), 2, record.end, record.next_line))
        assert rest == whole[index + 1 :]


def test_one_stray_quote_costs_one_row():
    lines = [b"%d,plain" % number for number in range(1, 100)]
    lines[40] = b'41,"never closed'
    lines[70] = b'71,5" wide'
    lines[90] = b'91,"closed" too early'
    assert list(problems(b"\n".join(lines), 2)) == [41, 71, 91]


def test_two_stray_quotes_do_not_join_the_rows_between_them():
    content = b'1,"open,3\n4,5,6\n7,8,9\n1,2,close"\n5,5,5\n'
    assert list(problems(content, 3)) == [1, 4]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"1", "too few fields: 1 instead of 2"),
        (b"1,2,3", "too many fields: 3 instead of 2"),
        (b"", "an empty line"),
        (b"1,\xff\xfe", "not UTF-8: byte 3 of the row"),
        (b'"1"2,3', "broken quotes: text behind the end of a quoted field"),
        (b'1"2,3', "broken quotes: a quote within a field without quotes"),
        (b'"1,2', "broken quotes: a quoted field does not end"),
        (b"1\r2,3", "a carriage return outside quotes"),
    ],
)
def test_a_broken_row_is_named_with_its_line(row, reason):
    assert problems(b"1,2\n" + row + b"\n3,4\n", 2) == {2: reason}


def test_a_row_without_end_is_cut_and_its_place_is_named():
    content = b"1,2\n" + b"9" * (3 * LARGEST_RECORD) + b"\n3,4\n"
    first, long, last = records(content, 2)
    assert (first.line, long.line, last.line, last.fields) == (1, 2, 3, [b"3", b"4"])
    assert len(long.raw) == LARGEST_RECORD
    assert long.problem.endswith(f"bytes 4 to {4 + 3 * LARGEST_RECORD + 1}")


def test_many_unclosed_quotes_take_no_more_than_linear_time():
    reads = 0

    class Counting(io.BytesIO):
        def readline(self, size=-1):
            nonlocal reads
            reads += 1
            return super().readline(size)

    lines = 20_000
    content = b'1,"a ""b"" c\n' + b'2,"x"\n' * lines
    found = list(read_records(Counting(content), 2))
    assert [record.line for record in found if record.problem] == [1]
    assert reads < 3 * lines


def test_no_more_than_a_chunk_is_read_ahead():
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield records(b"1,2\n")[0]

    chunks = read_chunks(endless(), 10)
    assert len(next(chunks)) == 10
    assert len(next(chunks)) == 10
    assert taken == 20


def test_chunks_of_long_rows_are_bounded_by_their_bytes():
    rows = records(b"12345678\n" * 100)
    assert {len(chunk) for chunk in read_chunks(rows, 1000, largest_bytes=80)} == {10}
