"""From raw data to the checkpoint that ships, in one command: `puppetpose recipe`.

A recipe is a TOML file of stages, each of which names the stages that it takes something from. What a stage makes lies
in a folder that is named by a fingerprint of its settings and of all that it takes: what is there is not made again,
and what is made of something else lies beside it.
"""
