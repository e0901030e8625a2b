"""Contact sheets and speed of the rendered people: `python -m core_model.data.people --count 200 --sheet out.png`."""

import argparse
import multiprocessing
from pathlib import Path

import cv2

from core_model.data.people.renderer import PeopleRenderer
from core_model.data.people.sheet import contact_sheet, rate


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--split", choices=("train", "held_out"), default="train")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of up to 100 pictures")
    parser.add_argument("--labels", action="store_true", help="draw skeletons and parts below each row of the sheet")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    if args.sheet:
        renderer = PeopleRenderer(args.seed, args.size, args.split)
        samples = [renderer.sample() for _ in range(min(args.count, 100) // 10 * 10)]
        cv2.imwrite(str(args.sheet), contact_sheet(samples, drawn=args.labels)[:, :, ::-1])
    wall, busy = rate(args.count, args.size, 1)
    print(f"one process: {wall:.0f} images/s ({busy:.0f} images a second of processor time)")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        rates = pool.starmap(rate, [(args.count, args.size, seed) for seed in (2, 3)])
    print(f"two processes: {sum(wall for wall, _ in rates):.0f} images/s")


if __name__ == "__main__":
    main()
