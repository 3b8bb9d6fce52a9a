package cadj.models.inception;

import static cadj.autograd.ops.Cat.cat;

import cadj.autograd.nn.Weights;
import cadj.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/// The kinds of blocks, by torchvision's letters. Szegedy et al. 2016 (arXiv:1512.00567), figures 5
/// to 7.
final class InceptionBlocks {
  private InceptionBlocks() {}

  /// 35×35 pixels: a 5×5 convolution beside two 3×3 ones. Gives 224 channels and `pool`.
  static InceptionBlock a(Weights w, int in, int pool) {
    return new InceptionBlock(
        w.path(),
        List.of(
            one(w, "branch1x1", in, 64),
            new Branch(w, "branch5x5", in).same(48, 1, 1).same(64, 5, 5)::forward,
            new Branch(w, "branch3x3dbl", in).same(64, 1, 1).same(96, 3, 3).same(96, 3, 3)::forward,
            pooled(w, in, pool, Pools::average)));
  }

  /// 35×35 → 17×17 pixels, 480 more channels.
  static InceptionBlock b(Weights w, int in) {
    return new InceptionBlock(
        w.path(),
        List.of(
            BasicConv2d.valid(w.at("branch3x3"), in, 384, 3, 2)::forward,
            new Branch(w, "branch3x3dbl", in).same(64, 1, 1).same(96, 3, 3).halving(96)::forward,
            Pools::halving));
  }

  /// 17×17 pixels: 7×7 convolutions as 1×7 and 7×1. Gives 768 channels.
  ///
  /// @param width channels between them
  static InceptionBlock c(Weights w, int in, int width) {
    return new InceptionBlock(
        w.path(),
        List.of(
            one(w, "branch1x1", in, 192),
            new Branch(w, "branch7x7", in).same(width, 1, 1).same(width, 1, 7).same(192, 7, 1)
                ::forward,
            new Branch(w, "branch7x7dbl", in)
                    .same(width, 1, 1)
                    .same(width, 7, 1)
                    .same(width, 1, 7)
                    .same(width, 7, 1)
                    .same(192, 1, 7)
                ::forward,
            pooled(w, in, 192, Pools::average)));
  }

  /// 17×17 → 8×8 pixels, 512 more channels.
  static InceptionBlock d(Weights w, int in) {
    return new InceptionBlock(
        w.path(),
        List.of(
            new Branch(w, "branch3x3", in).same(192, 1, 1).halving(320)::forward,
            new Branch(w, "branch7x7x3", in)
                    .same(192, 1, 1)
                    .same(192, 1, 7)
                    .same(192, 7, 1)
                    .halving(192)
                ::forward,
            Pools::halving));
  }

  /// 8×8 pixels: 3×3 convolutions as 1×3 beside 3×1. Gives 2048 channels.
  ///
  /// @param pool of the last branch: the mean, but in the last block pytorch-fid has the maximum,
  ///   as the network had from which FID's weights are
  static InceptionBlock e(Weights w, int in, UnaryOperator<Tensor> pool) {
    return new InceptionBlock(
        w.path(),
        List.of(
            one(w, "branch1x1", in, 320),
            fork(w, "branch3x3_2", new Branch(w, "branch3x3", in).same(384, 1, 1)),
            fork(
                w,
                "branch3x3dbl_3",
                new Branch(w, "branch3x3dbl", in).same(448, 1, 1).same(384, 3, 3)),
            pooled(w, in, 192, pool)));
  }

  private static UnaryOperator<Tensor> one(Weights w, String name, int in, int out) {
    return BasicConv2d.same(w.at(name), in, out, 1, 1)::forward;
  }

  private static UnaryOperator<Tensor> pooled(
      Weights w, int in, int out, UnaryOperator<Tensor> pool) {
    BasicConv2d conv = BasicConv2d.same(w.at("branch_pool"), in, out, 1, 1);
    return x -> conv.forward(pool.apply(x));
  }

  /// A branch that ends in two convolutions side by side, `name`a and `name`b.
  private static UnaryOperator<Tensor> fork(Weights w, String name, Branch stem) {
    BasicConv2d wide = BasicConv2d.same(w.at(name + "a"), stem.channels(), 384, 1, 3);
    BasicConv2d high = BasicConv2d.same(w.at(name + "b"), stem.channels(), 384, 3, 1);
    return x -> {
      Tensor h = stem.forward(x);
      return cat(1, wide.forward(h), high.forward(h));
    };
  }
}
