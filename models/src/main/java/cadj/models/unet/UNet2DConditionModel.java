package cadj.models.unet;

import static cadj.autograd.ops.Add.add;
import static cadj.autograd.ops.Cat.cat;
import static cadj.autograd.ops.Pointwise.silu;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.graph.Activations;
import cadj.autograd.nn.Conv2d;
import cadj.autograd.nn.GroupNorm;
import cadj.autograd.nn.Weights;
import cadj.autograd.ops.Conv2d.Window;
import cadj.models.blocks.TimestepEmbedding;
import cadj.models.blocks.Timesteps;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.DenoisingNetwork;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.ProjectedNumbers;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Predicts the noise (or velocity) in latents at a time step, given text: diffusers'
/// `UNet2DConditionModel` in the forms of Stable Diffusion 1, 2 and XL.
///
/// latents [N,C,H,W] → [N,C,H,W]. Sides need not be divisible by the network's reduction: the way
/// up follows the sizes met on the way down.
public final class UNet2DConditionModel implements DenoisingNetwork {
  private static final String CROSS_ATTENTION_KEYS = ".attn2.to_k.weight";

  private final UNetConfig config;
  private final PredictionType predictionType;
  private final SequencedMap<String, Tensor> parameters;
  private final Conv2d convIn;
  private final Timesteps timeProj;
  private final TimestepEmbedding timeEmbedding;
  private final @Nullable Timesteps addTimeProj;
  private final @Nullable TimestepEmbedding addEmbedding;
  private final List<DownBlock> downBlocks = new ArrayList<>();
  private final List<UpBlock> upBlocks = new ArrayList<>();
  private final @Nullable MidBlock midBlock;
  private final GroupNorm convNormOut;
  private final Conv2d convOut;

  public UNet2DConditionModel(Weights w, UNetConfig config, PredictionType predictionType) {
    this.config = config;
    this.predictionType = predictionType;
    int first = config.channels(0);
    convIn = new Conv2d(w.at("conv_in"), config.inChannels(), first, 3, Window.same(1));
    timeProj = new Timesteps(first, config.flipSinToCos(), config.freqShift());
    timeEmbedding = new TimestepEmbedding(w.at("time_embedding"), first, config.timeEmbedDim());
    UNetConfig.Addition addition = config.addition();
    addTimeProj =
        addition == null
            ? null
            : new Timesteps(addition.timeEmbedDim(), config.flipSinToCos(), config.freqShift());
    addEmbedding =
        addition == null
            ? null
            : new TimestepEmbedding(
                w.at("add_embedding"), addition.inputDim(), config.timeEmbedDim());
    for (int level = 0; level < config.levels(); level++) {
      downBlocks.add(new DownBlock(w.at("down_blocks").at(level), config, level));
    }
    for (int block = 0; block < config.levels(); block++) {
      upBlocks.add(new UpBlock(w.at("up_blocks").at(block), config, block));
    }
    midBlock = config.mid() == UNetConfig.Mid.NONE ? null : new MidBlock(w.at("mid_block"), config);
    convNormOut =
        new GroupNorm(w.at("conv_norm_out"), config.normNumGroups(), first, config.normEps());
    convOut = new Conv2d(w.at("conv_out"), first, config.outChannels(), 3, Window.same(1));
    parameters = w.parameters();
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  @Override
  public UNet2DConditionModel with(Map<String, Tensor> parameters) {
    return new UNet2DConditionModel(Weights.of(parameters), config, predictionType);
  }

  @Override
  public PredictionType predictionType() {
    return predictionType;
  }

  @Override
  public LatentForm latentForm() {
    return new LatentForm(config.inChannels(), config.sampleHeight(), config.sampleWidth());
  }

  @Override
  public boolean isSite(Sites sites, String name, int rank) {
    return isParameterOf(sites, name, rank);
  }

  @Override
  public int heads(String parameter) {
    return config.headsOf(parameter);
  }

  @Override
  public List<String> crossAttentions() {
    return parameters.keySet().stream()
        .filter(name -> name.endsWith(CROSS_ATTENTION_KEYS))
        .map(name -> name.substring(0, name.length() - ".to_k.weight".length()))
        .toList();
  }

  /// [#isSite] of every model of this class. `FF` is `…ff.net.0.proj.weight` and
  /// `…ff.net.2.weight`.
  public static boolean isParameterOf(Sites sites, String name, int rank) {
    return switch (sites) {
      case FF -> rank == 2 && name.contains(".ff.");
      case ATTENTION -> rank == 2 && (name.contains(".attn1.") || name.contains(".attn2."));
      case CONVOLUTION -> rank == 4;
      case NORM -> name.contains("norm");
      case ALL -> true;
      case TEXT_FF, TEXT_ATTENTION, TEXT_NORM, TEXT_EMBEDDINGS, TEXT_ALL -> false;
    };
  }

  @Override
  public ProjectedNumbers project(float[] timesteps, Conditioning condition) {
    Tensor timeIds = condition.timeIds();
    if (addTimeProj == null || timeIds == null) {
      return new ProjectedNumbers(timeProj.embed(timesteps), null);
    }
    Tensor embedded = addTimeProj.embed(timeIds.toFloats());
    return new ProjectedNumbers(timeProj.embed(timesteps), embedded);
  }

  @Override
  public Tensor forward(Tensor latents, ProjectedNumbers numbers, Conditioning condition) {
    check(latents, numbers.timesteps().dim(0), condition);
    return Scope.keep("unet", () -> denoise(latents, numbers, condition));
  }

  private Tensor denoise(Tensor latents, ProjectedNumbers numbers, Conditioning condition) {
    Tensor context = condition.text();
    Tensor temb = silu(timeEmbedding(numbers, condition.pooled()));
    List<Tensor> skips = new ArrayList<>();
    skips.add(convIn.forward(latents));
    Tensor h = skips.getLast();
    for (DownBlock block : downBlocks) {
      h = block.forward(h, temb, context, skips);
    }
    if (midBlock != null) {
      h = midBlock.forward(h, temb, context);
    }
    for (UpBlock block : upBlocks) {
      h = block.forward(h, temb, context, skips);
    }
    return convOut.forward(convNormOut.forwardSilu(h));
  }

  private Tensor timeEmbedding(ProjectedNumbers numbers, @Nullable Tensor pooled) {
    Tensor projected = Activations.announce("time_proj", numbers.timesteps());
    Tensor temb = timeEmbedding.forward(projected);
    Tensor timeIds = numbers.timeIds();
    if (addEmbedding == null || pooled == null || timeIds == null) {
      return temb;
    }
    Tensor sizes = reshape(Activations.announce("add_time_proj", timeIds), pooled.dim(0), -1);
    return add(temb, addEmbedding.forward(cat(1, pooled, sizes)));
  }

  private void check(Tensor latents, int timesteps, Conditioning condition) {
    latents.shape().requireRank(4, "unet latents");
    int batch = latents.dim(0);
    require(
        latents.dim(1) == config.inChannels(),
        "unet: expected %d channels in latents (dim 1), got %s",
        config.inChannels(),
        latents.shape());
    require(
        timesteps == batch,
        "unet: expected %d time steps, one per sample of latents %s, got %d",
        batch,
        latents.shape(),
        timesteps);
    Tensor text = condition.text();
    text.shape().requireRank(3, "unet encoder_hidden_states");
    require(
        text.dim(0) == batch && text.dim(2) == config.crossAttentionDim(),
        "unet: expected encoder_hidden_states [%d,S,%d], got %s",
        batch,
        config.crossAttentionDim(),
        text.shape());
    UNetConfig.Addition addition = config.addition();
    Tensor pooled = condition.pooled();
    Tensor timeIds = condition.timeIds();
    require(
        (addition == null) == (pooled == null) && (addition == null) == (timeIds == null),
        "unet: this model %s pooled text and time ids",
        addition == null ? "takes no" : "needs");
    if (addition != null && pooled != null && timeIds != null) {
      require(
          pooled.dim(0) == batch
              && timeIds.dim(0) == batch
              && pooled.dim(1) + timeIds.dim(1) * addition.timeEmbedDim() == addition.inputDim(),
          "unet: pooled text %s and time ids %s do not make %d inputs for %d samples",
          pooled.shape(),
          timeIds.shape(),
          addition.inputDim(),
          batch);
    }
  }
}
