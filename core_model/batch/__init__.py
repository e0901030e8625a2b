"""Many clips: a list of jobs that can be gone on with, on processes of this machine or on several machines (Ray).

`jobs` knows what is to be done and what is, `work` does one clip, `pools` gives jobs to workers.
"""
