"""GP-NAS (Sec. 4.2; Li et al., CVPR 2020): architectures chosen and predicted by a Gaussian process."""
