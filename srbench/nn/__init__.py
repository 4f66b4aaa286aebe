"""Network building blocks that several plugins share.

`cascade` holds CARN's blocks, `upsample` sub-pixel upsamplers, `shift` the mean-colour shift, `vgg` frozen VGG19
features, `resize` a differentiable MATLAB ``imresize``, `colour` RGB <-> YCbCr, `padding` sides that are
multiples of a number.
"""
