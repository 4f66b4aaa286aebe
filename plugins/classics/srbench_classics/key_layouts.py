"""Layouts of published checkpoints: the code bases that write them, and the functions that convert them.

Models name those that they load from, and the specs of released files the converter of theirs.
"""

from __future__ import annotations

from srbench import KeyLayout

CHECKPOINTS = "srbench_classics.checkpoints"
AUTHORS = "srbench_classics.authors_checkpoints"
EDSRS = "srbench_classics.edsr_checkpoints"

PYTORCH_VDSR = KeyLayout("twtygqyy/pytorch-vdsr", f"{CHECKPOINTS}:vdsr")
PYTORCH_LAPSRN = KeyLayout("twtygqyy/pytorch-LapSRN", f"{CHECKPOINTS}:lapsrn")
CARN_PYTORCH = KeyLayout("nmhkahn/CARN-pytorch", f"{CHECKPOINTS}:carn")
IMDN = KeyLayout("Zheng222/IMDN", f"{CHECKPOINTS}:imdn")

CAFFE_VDSR = KeyLayout("huangzehao/caffe-vdsr", f"{AUTHORS}:vdsr")
MSLAPSRN = KeyLayout("phoenix104104/LapSRN", f"{AUTHORS}:mslapsrn")
IDN_CAFFE = KeyLayout("Zheng222/IDN-Caffe", f"{AUTHORS}:idn")
ENHANCENET = KeyLayout("msmsajjadi/EnhanceNet-Code", f"{AUTHORS}:enet")
SRCNN_CPP = KeyLayout("Cuda-Chen/SRCNN-cpp", f"{AUTHORS}:srcnn_any")
SRCNN_PYTORCH = KeyLayout(
    "yjn870/SRCNN-pytorch, whose convolutions pad with zeros where these repeat the border", f"{AUTHORS}:srcnn_pytorch"
)
CARN_MXNET = KeyLayout("WolframRhodium/Super-Resolution-Zoo, x2", f"{AUTHORS}:carn_x2")

EDSR_PYTORCH = KeyLayout("thstkdgus35/EDSR-PyTorch", f"{EDSRS}:edsr")
EDSR_PYTORCH_UNIT = KeyLayout("thstkdgus35/EDSR-PyTorch, RGB in [0, 1]", f"{EDSRS}:unit_range")
BASICSR_EDSR = KeyLayout("XPixelGroup/BasicSR, img_range 255", f"{EDSRS}:basicsr_edsr")
RCAN = KeyLayout("yulunzhang/RCAN", f"{EDSRS}:rcan")
RCAN_UNIT = KeyLayout("yulunzhang/RCAN, RGB in [0, 1]", f"{EDSRS}:unit_range")
BASICSR_RCAN = KeyLayout("XPixelGroup/BasicSR, img_range 255", f"{EDSRS}:basicsr_rcan")
NLSN = KeyLayout("HarukiYqM/Non-Local-Sparse-Attention", f"{EDSRS}:nlsn")
