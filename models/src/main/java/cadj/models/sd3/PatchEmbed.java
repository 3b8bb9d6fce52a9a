package cadj.models.sd3;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.autograd.ops.Slice.slice;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.tensor.Tensor;

/// Patches of latents as tokens, with embeddings of their positions: diffusers' `PatchEmbed`.
///
/// latents [N,C,H,W] → [N,h·w,dim], h = H/patch, w = W/patch, row by row. The stored positions
/// [1,max·max,dim] are a grid, whose centre is taken: from row ⌊(max − h)/2⌋ and column ⌊(max −
/// w)/2⌋ on.
final class PatchEmbed {
  private final String path;
  private final int patchSize;
  private final int maxSize;
  private final Conv2d proj;

  private final Tensor posEmbed;

  PatchEmbed(Weights w, SD3TransformerConfig config) {
    path = w.path();
    patchSize = config.patchSize();
    maxSize = config.posEmbedMaxSize();
    int dim = config.innerDim();
    proj = new Conv2d(w.at("proj"), config.inChannels(), dim, patchSize, Window.of(patchSize, 0));
    posEmbed = w.buffer("pos_embed", 1, maxSize * maxSize, dim);
  }

  Tensor forward(Tensor latents) {
    return Activations.module(path, latents, this::embed);
  }

  private Tensor embed(Tensor latents) {
    Tensor patches = permute(proj.forward(latents), 0, 2, 3, 1);
    int height = patches.dim(1);
    int width = patches.dim(2);
    Tensor embedded = add(patches, croppedPosEmbed(height, width));
    return reshape(embedded, embedded.dim(0), height * width, embedded.dim(3));
  }

  /// Embeddings of the positions of `height` × `width` patches, [1,height,width,dim].
  Tensor croppedPosEmbed(int height, int width) {
    int top = (maxSize - height) / 2;
    int left = (maxSize - width) / 2;
    Tensor grid = reshape(posEmbed, 1, maxSize, maxSize, posEmbed.dim(2));
    return slice(slice(grid, 1, top, top + height), 2, left, left + width);
  }

  /// Requires that sides of latents are whole patches, and not too many.
  void check(Tensor latents) {
    for (int dim = 2; dim < 4; dim++) {
      int side = latents.dim(dim);
      require(
          side > 0 && side % patchSize == 0 && side / patchSize <= maxSize,
          "transformer: expected 1 to %d patches of %d in dim %d of latents, got %s",
          maxSize,
          patchSize,
          dim,
          latents.shape());
    }
  }
}
