package cadj.models.sd3;

import static cadj.autograd.ops.Permute.permute;
import static cadj.autograd.ops.Reshape.reshape;
import static cadj.tensor.shape.Require.require;

import cadj.autograd.nn.Linear;
import cadj.autograd.nn.Weights;
import cadj.models.blocks.Layers;
import cadj.models.denoiser.Conditioning;
import cadj.models.denoiser.DenoisingNetwork;
import cadj.models.denoiser.LatentForm;
import cadj.models.denoiser.ProjectedNumbers;
import cadj.models.denoiser.Sites;
import cadj.models.scheduler.PredictionType;
import cadj.tensor.Tensor;
import cadj.tensor.memory.Scope;
import cadj.tensor.shape.Shape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Predicts the velocity in latents at a time step, given text and pooled text: diffusers'
/// `SD3Transformer2DModel` in the forms of Stable Diffusion 3 and 3.5, Esser et al. 2024
/// (arXiv:2403.03206).
///
/// latents [N,C,H,W] → [N,C,H,W]; sides are whole patches.
public final class SD3Transformer2DModel implements DenoisingNetwork {
  private final SD3TransformerConfig config;
  private final PredictionType predictionType;

  /// Blocks that are left out.
  private final Set<Integer> skipped;

  private final SequencedMap<String, Tensor> parameters;
  private final SequencedMap<String, Tensor> buffers;
  private final PatchEmbed posEmbed;
  private final CombinedTimestepTextProjEmbeddings timeTextEmbed;
  private final Linear contextEmbedder;
  private final List<JointTransformerBlock> transformerBlocks = new ArrayList<>();
  private final AdaLayerNormContinuous normOut;
  private final Linear projOut;

  /// @param w by diffusers' keys
  /// @param predictionType what the output means: flow, in every published model
  public SD3Transformer2DModel(
      Weights w, SD3TransformerConfig config, PredictionType predictionType) {
    this(w, config, predictionType, Set.of());
  }

  private SD3Transformer2DModel(
      Weights w, SD3TransformerConfig config, PredictionType predictionType, Set<Integer> skipped) {
    this.config = config;
    this.predictionType = predictionType;
    this.skipped = skipped;
    int dim = config.innerDim();
    posEmbed = new PatchEmbed(w.at("pos_embed"), config);
    timeTextEmbed =
        new CombinedTimestepTextProjEmbeddings(
            w.at("time_text_embed"), dim, config.pooledProjectionDim());
    contextEmbedder = new Linear(w.at("context_embedder"), config.jointAttentionDim(), dim);
    for (int i = 0; i < config.numLayers(); i++) {
      transformerBlocks.add(new JointTransformerBlock(w.at("transformer_blocks").at(i), config, i));
    }
    normOut = new AdaLayerNormContinuous(w.at("norm_out"), dim);
    int patch = config.patchSize();
    projOut = new Linear(w.at("proj_out"), dim, patch * patch * config.outChannels());
    parameters = w.parameters();
    buffers = w.buffers();
  }

  @Override
  public SequencedMap<String, Tensor> parameters() {
    return parameters;
  }

  @Override
  public SD3Transformer2DModel with(Map<String, Tensor> parameters) {
    return of(parameters, skipped);
  }

  /// The same model without those of its joint blocks, for skip-layer guidance: what enters one
  /// goes on to the next.
  @Override
  public SD3Transformer2DModel withoutBlocks(Collection<Integer> blocks) {
    for (int block : new TreeSet<>(blocks)) {
      require(
          block >= 0 && block < config.numLayers(),
          "skip layers: expected blocks from 0 to %d, got %d",
          config.numLayers() - 1,
          block);
    }
    Set<Integer> all = new TreeSet<>(skipped);
    all.addAll(blocks);
    return of(parameters, all);
  }

  private SD3Transformer2DModel of(Map<String, Tensor> parameters, Set<Integer> skipped) {
    Map<String, Tensor> all = new HashMap<>(parameters);
    all.putAll(buffers);
    return new SD3Transformer2DModel(Weights.of(all), config, predictionType, skipped);
  }

  @Override
  public PredictionType predictionType() {
    return predictionType;
  }

  @Override
  public LatentForm latentForm() {
    return new LatentForm(config.inChannels(), config.sampleSize(), config.sampleSize());
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
    return List.of();
  }

  /// The joint attention of each block.
  @Override
  public List<String> textAttentions() {
    return IntStream.range(0, config.numLayers())
        .mapToObj("transformer_blocks.%d.attn"::formatted)
        .toList();
  }

  /// [#isSite] of every model of this class. `FF` is the matrices of both streams' feed-forward
  /// layers; `NORM` also the layers that make the norms' shifts, scales and gates.
  public static boolean isParameterOf(Sites sites, String name, int rank) {
    return switch (sites) {
      case FF -> rank == 2 && (name.contains(".ff.") || name.contains(".ff_context."));
      case ATTENTION -> rank == 2 && (name.contains(".attn.") || name.contains(".attn2."));
      case CONVOLUTION -> rank == 4;
      case NORM -> name.contains("norm");
      case ALL -> true;
      case TEXT_FF, TEXT_ATTENTION, TEXT_NORM, TEXT_EMBEDDINGS, TEXT_ALL -> false;
    };
  }

  @Override
  public ProjectedNumbers project(float[] timesteps, Conditioning condition) {
    return new ProjectedNumbers(CombinedTimestepTextProjEmbeddings.project(timesteps), null);
  }

  @Override
  public Tensor forward(Tensor latents, ProjectedNumbers numbers, Conditioning condition) {
    Tensor timesteps = numbers.timesteps();
    Tensor pooled = check(latents, timesteps.dim(0), condition);
    return Scope.keep("transformer", () -> denoise(latents, timesteps, condition.text(), pooled));
  }

  private Tensor denoise(Tensor latents, Tensor timesteps, Tensor text, Tensor pooled) {
    Tensor image = posEmbed.forward(latents);
    Tensor temb = timeTextEmbed.forward(timesteps, pooled);
    Tensor context = contextEmbedder.forward(text);
    List<UnaryOperator<Streams>> layers = new ArrayList<>();
    for (int i = 0; i < transformerBlocks.size(); i++) {
      JointTransformerBlock block = transformerBlocks.get(i);
      if (!skipped.contains(i)) {
        layers.add(streams -> block.forward(streams, temb));
      }
    }
    Tensor out = Layers.forward("blocks", new Streams(image, context), layers).image();
    return unpatchify(projOut.forward(normOut.forward(out, temb)), latents.dim(2), latents.dim(3));
  }

  /// [N,h·w,p·q·C] → [N,C,h·p,w·q]
  private Tensor unpatchify(Tensor patches, int height, int width) {
    int p = config.patchSize();
    int n = patches.dim(0);
    int c = config.outChannels();
    Tensor split = reshape(patches, n, height / p, width / p, p, p, c);
    return reshape(permute(split, 0, 5, 1, 3, 2, 4), n, c, height, width);
  }

  /// The pooled text.
  private Tensor check(Tensor latents, int timesteps, Conditioning condition) {
    latents.shape().requireRank(4, "transformer latents");
    int batch = latents.dim(0);
    require(
        latents.dim(1) == config.inChannels(),
        "transformer: expected %d channels in latents (dim 1), got %s",
        config.inChannels(),
        latents.shape());
    posEmbed.check(latents);
    require(
        timesteps == batch,
        "transformer: expected %d time steps, one per sample of latents %s, got %d",
        batch,
        latents.shape(),
        timesteps);
    Tensor text = condition.text();
    text.shape().requireRank(3, "transformer encoder_hidden_states");
    require(
        text.dim(0) == batch && text.dim(1) > 0 && text.dim(2) == config.jointAttentionDim(),
        "transformer: expected encoder_hidden_states [%d,S,%d], got %s",
        batch,
        config.jointAttentionDim(),
        text.shape());
    Tensor timeIds = condition.timeIds();
    require(
        timeIds == null,
        "transformer: expected no time ids, got %s",
        timeIds == null ? "none" : timeIds.shape());
    Tensor pooled = condition.pooled();
    if (pooled == null || !pooled.shape().equals(Shape.of(batch, config.pooledProjectionDim()))) {
      throw new IllegalArgumentException(
          "transformer: expected pooled_projections [%d,%d], got %s"
              .formatted(
                  batch, config.pooledProjectionDim(), pooled == null ? "none" : pooled.shape()));
    }
    return pooled;
  }
}
