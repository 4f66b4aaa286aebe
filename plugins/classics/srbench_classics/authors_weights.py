"""Specs of the authors' own weights, in the files of their frameworks, and of the same weights converted."""

from __future__ import annotations

from srbench import WeightsSpec
from srbench_classics import key_layouts

NO_LICENCE = "none stated by the authors"
GITHUB = "https://github.com"
RAW = "https://raw.githubusercontent.com"

IDN_FILES = {
    2: (
        "153f34adf724e8871506bca5ab5b991204b7867e/test/caffemodel/IDN_x2.caffemodel",
        "",
        "4f3aa9dc1ac2a857aedd021023524636956e6e15220f82edbdf29e4b22e9fc61",
    ),
    3: (
        "7a359b2d0fa1f56dab24d6f96f101bb1e68b0677/test/model/IDN_x3.caffemodel",
        "",
        "3171fd74bf5c02754da82050564aa7895f86ca154be7fb06cd3043a75c853e63",
    ),
    4: (
        "153f34adf724e8871506bca5ab5b991204b7867e/test/caffemodel/IDN_x4.caffemodel",
        "1be49ba811d6d3f2fd61bbaa345e4a5a70746bb24f723b734dc8af9c817b96c2",
        "ea6f4596dd3819f6bcc0e48fe5d98be5754199f750e8e5957d5195f35b756fc2",
    ),
}
"""Scale -> where IDN's file is, its SHA-256 (that of x2 and x3 is not known), and that of the converted one."""

AUTHORS_WEIGHTS = (
    WeightsSpec(
        "vdsr-authors",
        filename="VDSR_Official.mat",
        url=f"{RAW}/huangzehao/caffe-vdsr/40a295fc17e6cfb784fe84e3c813f40cf3072ee2/Test/VDSR_Official.mat",
        sha256="f613166660840af1a2ca47e31b0337b951e7c4e094364f6135a16d81a55c323c",
        licence="none stated by the authors; MIT of the repository that passes them on",
        origin="trained by the authors on 291 images for x2, x3 and x4 together; taken out of their test code by "
        "huangzehao/caffe-vdsr",
        convert=key_layouts.CAFFE_VDSR.convert,
        copies={"VDSR_Official.safetensors": "0874d916d7914bcbf6227ed0bc9b134c28cc7dbc1ffd49c0a062f1d6eb47d736"},
    ),
    *(
        WeightsSpec(
            f"idn-x{scale}",
            filename=f"IDN_x{scale}.caffemodel",
            url=f"{RAW}/Zheng222/IDN-Caffe/{path}",
            sha256=sha256,
            licence=NO_LICENCE,
            origin=f"released by the authors, trained on 291 images for x{scale}",
            convert=f"{key_layouts.AUTHORS}:idn_x{scale}",
            copies={f"IDN_x{scale}.safetensors": converted},
        )
        for scale, (path, sha256, converted) in IDN_FILES.items()
    ),
    WeightsSpec(
        "mslapsrn",
        filename="MSLapSRN_D5R8.mat",
        url=f"{RAW}/phoenix104104/LapSRN/da4029e94a971ec6e8fe01660ab90d6286385d3f/pretrained_models/MSLapSRN_D5R8.mat",
        sha256="96dbabe91e964a83b545dbd98580586c5ae312b4f7294ea10519100d0dd1d52d",
        licence=NO_LICENCE,
        origin="released by the authors, trained on T91 and 200 images of BSDS for x2, x4 and x8 together",
        convert=key_layouts.MSLAPSRN.convert,
        copies={"MSLapSRN_D5R8.safetensors": "179c02126644cbdc006249ae8228cf87470d5037cd6dc5272e4e597641847ead"},
    ),
    WeightsSpec(
        "enet",
        filename="EnhanceNet-weights.tf1",
        url=f"{RAW}/msmsajjadi/EnhanceNet-Code/6b2dcb21b01780ea14b5c26693b83893a8fffae1/weights",
        sha256="4250b3dc5e69c5bd625e90543fd588ce2fff88510f874f9e9394c48c44b96434",
        licence="CC BY-NC-ND 4.0",
        origin="released by the authors as `weights`: ENet-PAT, trained on MS COCO for x4",
        convert=key_layouts.ENHANCENET.convert,
        copies={"ENet_PAT_x4.safetensors": "e04f62e7c83917c264db8f116cf2ff00fc21ff38d8307bb3107c183412c6a21b"},
    ),
    WeightsSpec(
        "srcnn-x4",
        filename="weights_conv1.txt",
        url=f"{RAW}/Cuda-Chen/SRCNN-cpp/413801ef1b4a2b93d732deeb270c02a9c6b6d516/model/weights_conv1.txt",
        sha256="1e533af7b197569e1906260e59cd21654cf4222ffe9c778290e78e51dfaa9513",
        licence=NO_LICENCE,
        origin="released by the authors for MATLAB, 9-5-5 for x4; Cuda-Chen/SRCNN-cpp has them as text",
        convert=f"{key_layouts.AUTHORS}:srcnn",
        parts={
            "weights_conv2.txt": "c404780fdce3b61d71a5410dcb451e3e662b9f9c983e7b3c8ebaca901a5891fc",
            "weights_conv3.txt": "0b9641a850c7e689cfe984db899ab8b7fe4830232ff8a85fe501c8ac07c8c0a6",
            "biases_conv1.txt": "d711f2b9e904b60010136bbe78d5bb57a5c91b8043e3c4f04ebf96c22a9c06cd",
            "biases_conv2.txt": "d46fcfbe8c433efbb3fa772448dd0611c8f154e86f3e6f6a10a315d648662f21",
            "biases_conv3.txt": "e71643e5483d89d6cc45de7b6d2d813fe929a5a60fe51482eb32b613900f012b",
        },
        copies={"SRCNN_955_x4.safetensors": "97a77ca4cabfff6bfcdb490083f94ab2e415e37e75ac394c8776336fd637605e"},
    ),
    WeightsSpec(
        "carn-x2",
        filename="CARN_2x-0000.params",
        url=f"{GITHUB}/WolframRhodium/Super-Resolution-Zoo/tree/master/CARN/plain",
        sha256="7c821c4c507214cdddd8ab0a713bdd431975265439bb3854cccc212e626b2787",
        licence="MIT, as the authors' repository; none stated by the collection that converted them",
        origin="released by the authors, trained on DIV2K for x2, x3 and x4 together; WolframRhodium/"
        "Super-Resolution-Zoo converted them to MXNet, one scale a file",
        convert=key_layouts.CARN_MXNET.convert,
        downloadable=False,
        copies={"CARN_x2.safetensors": "68f45974c7bb903f40e6eef537d15bb4724e5f132f7bf392ae8a2198ee66ba79"},
    ),
)
