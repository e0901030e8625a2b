"""vispy scenes without Qt: arrays -> nodes on a given canvas."""
