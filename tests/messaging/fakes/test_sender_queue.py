from messaging.fakes.sender_queue import SenderQueue


def test_texts_wait_for_the_segments_before_them_each_sender_by_itself() -> None:
    queue = SenderQueue(segments_per_second=2)

    waits = [queue.join("a", segments=3, now=100.0) for _ in range(3)]

    assert waits == [0.0, 1.5, 3.0]
    assert queue.join("b", segments=1, now=100.0) == 0.0
    assert queue.wait("a", now=104.0) == 0.5
    assert queue.wait("a", now=200.0) == 0.0


def test_queue_is_full_when_the_second_is_spent_but_never_at_rest() -> None:
    queue = SenderQueue(segments_per_second=2)

    assert not queue.full("a", segments=5, now=100.0)
    queue.join("a", segments=1, now=100.0)
    assert not queue.full("a", segments=1, now=100.0)
    assert queue.full("a", segments=2, now=100.0)
    queue.join("a", segments=1, now=100.0)
    assert queue.full("a", segments=1, now=100.0)
    assert not queue.full("a", segments=1, now=100.5)


def test_queue_without_a_limit_never_waits() -> None:
    queue = SenderQueue(segments_per_second=0)

    assert [queue.join("a", segments=9, now=1.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert not queue.full("a", segments=9, now=1.0)
