"""Published data sets in the layouts they are published in: a reader and the protocols of each.

They are for measuring only. None comes with this project: each has its own terms, and is read where it was unpacked.
Joints go by our names where they mean the same; these are near, not the same, and cost a learnt skeleton of another
convention some centimetres:

======================  ==============================================================================================
Leeds Sports Poses      marked by eye on clothed people; hips lie higher and further out than the hip joints
MPI-INF-3DHP            17 joints, all with a counterpart; its `head` is the base of the skull, our neck
3DPW                    joints of the SMPL body; its spine joints, collars, feet and hands have no counterpart
Human3.6M               its own 17 joints are the first 17 of ours
======================  ==============================================================================================
"""

from types import MappingProxyType

from core_model.evaluation.datasets import human36m, lsp, mpi_inf_3dhp, threedpw

DATASETS = MappingProxyType(
    {
        "h36m": human36m.DATASET,
        "3dhp": mpi_inf_3dhp.DATASET,
        "3dpw": threedpw.DATASET,
        "lsp": lsp.DATASET,
        "lspet": lsp.EXTENDED,
    }
)
"""By the names that `puppetpose evaluate --dataset NAME=PATH` takes."""
