/* libcudnn.so.9 for a machine without a GPU, as far as cadj uses it. The convolution itself is the machine's.
 *
 * It takes what cuDNN's tables of supported layouts and algorithms list for single precision with weights channels
 * last, and nothing else. */
#include "stub.h"
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, NOT_INITIALIZED = 1001, BAD_PARAM = 2000, NOT_SUPPORTED = 3000, EXECUTION_FAILED = 5000 };
enum { FLOAT = 0 };
enum { NHWC = 1 };
enum { CROSS_CORRELATION = 1 };
enum { RELU = 1, IDENTITY = 5 };
enum { IMPLICIT_PRECOMP_GEMM = 1 };
enum { DEFAULT_MATH, TENSOR_OP_MATH, TENSOR_OP_MATH_ALLOW_CONVERSION, FMA_MATH };
enum { PASS_FORWARD, PASS_DATA, PASS_FILTER };

struct handle {
  void *stream;
};

struct tensor {
  int n, c, h, w;
};

struct filter {
  int k, c, h, w;
};

struct convolution_descriptor {
  int pad_h, pad_w, stride_h, stride_w, groups, math;
};

struct performance {
  int algorithm, status;
  float time;
  size_t memory;
  int determinism, math;
  int reserved[3];
};

struct activation {
  int mode;
};

size_t cudnnGetVersion(void) { return 90500; }

const char *cudnnGetErrorString(int status) {
  switch (status) {
  case SUCCESS:
    return "CUDNN_STATUS_SUCCESS";
  case BAD_PARAM:
    return "CUDNN_STATUS_BAD_PARAM";
  case NOT_SUPPORTED:
    return "CUDNN_STATUS_NOT_SUPPORTED";
  default:
    return "CUDNN_STATUS_ANOTHER";
  }
}

int cudnnCreate(struct handle **out) {
  int result = stub_enter("cudnnCreate");
  if (result)
    return result >= 1000 ? result : NOT_INITIALIZED;
  *out = calloc(1, sizeof **out);
  return SUCCESS;
}

int cudnnDestroy(struct handle *handle) {
  free(handle);
  return SUCCESS;
}

int cudnnSetStream(struct handle *handle, void *stream) {
  handle->stream = stream;
  return stub_is_stream(stream) ? SUCCESS : BAD_PARAM;
}

#define DESCRIPTOR(name, type)                                                                                         \
  int cudnnCreate##name##Descriptor(struct type **out) {                                                               \
    *out = calloc(1, sizeof **out);                                                                                    \
    return SUCCESS;                                                                                                    \
  }                                                                                                                    \
  int cudnnDestroy##name##Descriptor(struct type *descriptor) {                                                        \
    free(descriptor);                                                                                                  \
    return SUCCESS;                                                                                                    \
  }

DESCRIPTOR(Tensor, tensor)
DESCRIPTOR(Filter, filter)
DESCRIPTOR(Convolution, convolution_descriptor)
DESCRIPTOR(Activation, activation)

int cudnnSetActivationDescriptor(struct activation *it, int mode, int nan, double coefficient) {
  it->mode = mode;
  return mode >= 0 && mode <= 6 && (nan == 0 || nan == 1) ? SUCCESS : BAD_PARAM;
}

int cudnnSetTensor4dDescriptor(struct tensor *it, int format, int type, int n, int c, int h, int w) {
  if (type != FLOAT || n <= 0 || c <= 0 || h <= 0 || w <= 0)
    return BAD_PARAM;
  *it = (struct tensor){n, c, h, w};
  return format == NHWC ? SUCCESS : NOT_SUPPORTED;
}

int cudnnSetFilter4dDescriptor(struct filter *it, int type, int format, int k, int c, int h, int w) {
  if (type != FLOAT || k <= 0 || c <= 0 || h <= 0 || w <= 0)
    return BAD_PARAM;
  *it = (struct filter){k, c, h, w};
  return format == NHWC ? SUCCESS : NOT_SUPPORTED;
}

int cudnnSetConvolution2dDescriptor(struct convolution_descriptor *it, int pad_h, int pad_w, int stride_h, int stride_w,
                                    int dilation_h, int dilation_w, int mode, int type) {
  if (pad_h < 0 || pad_w < 0 || stride_h <= 0 || stride_w <= 0 || dilation_h != 1 || dilation_w != 1)
    return BAD_PARAM;
  *it = (struct convolution_descriptor){pad_h, pad_w, stride_h, stride_w, 1, 0};
  return mode == CROSS_CORRELATION && type == FLOAT ? SUCCESS : NOT_SUPPORTED;
}

int cudnnSetConvolutionGroupCount(struct convolution_descriptor *it, int groups) {
  it->groups = groups;
  return groups > 0 ? SUCCESS : BAD_PARAM;
}

int cudnnSetConvolutionMathType(struct convolution_descriptor *it, int math) {
  it->math = math;
  return math >= DEFAULT_MATH && math <= FMA_MATH ? SUCCESS : BAD_PARAM;
}

static int fits(const struct tensor *x, const struct filter *weight, const struct convolution_descriptor *it,
                const struct tensor *y) {
  return x->n == y->n && x->c == weight->c * it->groups && y->c == weight->k && weight->k % it->groups == 0 &&
         y->h == (x->h + 2 * it->pad_h - weight->h) / it->stride_h + 1 &&
         y->w == (x->w + 2 * it->pad_w - weight->w) / it->stride_w + 1;
}

/* What the workspace of algorithm 1 takes: an odd number, so that rounding is noticed. */
static size_t workspace_of(const struct tensor *y) { return (size_t)y->n * y->h * y->w * 4 + 3; }

/* Algorithm 4 is greedy. */
static int ask_workspace(const struct tensor *y, int algorithm, size_t *bytes) {
  *bytes = algorithm == 4 ? (size_t)64 << 30 : workspace_of(y);
  return algorithm == 1 || algorithm == 4 ? SUCCESS : NOT_SUPPORTED;
}

/* As the real ranking: what is not supported last; what is fast but not the same each time, or greedy, or there with
 * another math type only, first. */
static int rank(const struct tensor *x, const struct filter *weight, const struct convolution_descriptor *it,
                const struct tensor *y, int most, int *count, struct performance *out) {
  *count = 1000; /* not to be read if this fails */
  int result = stub_enter("cudnnGetConvolutionAlgorithm");
  if (result)
    return result;
  if (!fits(x, weight, it, y))
    return BAD_PARAM;
  const struct performance ranking[] = {
      {0, SUCCESS, 1, 0, 0, it->math, {0}},
      {6, SUCCESS, 1, 0, 1, (it->math + 1) % 4, {0}},
      {4, SUCCESS, 2, 0, 1, it->math, {0}},
      {1, SUCCESS, 3, workspace_of(y), 1, it->math, {0}},
      {5, NOT_SUPPORTED, -1, 0, 0, it->math, {0}},
  };
  const int all = sizeof ranking / sizeof *ranking;
  *count = most < all ? most : all;
  memcpy(out, ranking, (size_t)*count * sizeof *out);
  return SUCCESS;
}

int cudnnGetConvolutionForwardAlgorithm_v7(struct handle *handle, const struct tensor *x, const struct filter *weight,
                                           const struct convolution_descriptor *it, const struct tensor *y, int most,
                                           int *count, struct performance *out) {
  return rank(x, weight, it, y, most, count, out);
}

int cudnnGetConvolutionBackwardDataAlgorithm_v7(struct handle *handle, const struct filter *weight,
                                                const struct tensor *y, const struct convolution_descriptor *it,
                                                const struct tensor *x, int most, int *count, struct performance *out) {
  return rank(x, weight, it, y, most, count, out);
}

int cudnnGetConvolutionBackwardFilterAlgorithm_v7(struct handle *handle, const struct tensor *x, const struct tensor *y,
                                                  const struct convolution_descriptor *it, const struct filter *weight,
                                                  int most, int *count, struct performance *out) {
  return rank(x, weight, it, y, most, count, out);
}

int cudnnGetConvolutionForwardWorkspaceSize(struct handle *handle, const struct tensor *x, const struct filter *weight,
                                            const struct convolution_descriptor *it, const struct tensor *y,
                                            int algorithm, size_t *bytes) {
  return ask_workspace(y, algorithm, bytes);
}

int cudnnGetConvolutionBackwardDataWorkspaceSize(struct handle *handle, const struct filter *weight,
                                                 const struct tensor *y, const struct convolution_descriptor *it,
                                                 const struct tensor *x, int algorithm, size_t *bytes) {
  return ask_workspace(y, algorithm, bytes);
}

int cudnnGetConvolutionBackwardFilterWorkspaceSize(struct handle *handle, const struct tensor *x,
                                                   const struct tensor *y, const struct convolution_descriptor *it,
                                                   const struct filter *weight, int algorithm, size_t *bytes) {
  return ask_workspace(y, algorithm, bytes);
}

static int precision_of(const struct convolution_descriptor *it) { return it->math == FMA_MATH ? FULL : TO_TF32; }

static int convolve(const void *data) { return stub_machine.convolve(data); }

/* Whether there is an image, and where kernels that read 16 bytes at a time can read it. */
static int is_image(const struct tensor *it, const void *at) {
  return (long)at % 16 == 0 && stub_is_memory((long)at, (long)it->n * it->c * it->h * it->w * 4);
}

static int is_filter(const struct filter *it, const void *at) {
  return (long)at % 16 == 0 && stub_is_memory((long)at, (long)it->k * it->c * it->h * it->w * 4);
}

/* z and bias may be 0. */
static int run(const struct handle *handle, int pass, const float *alpha, const struct tensor *x, const void *x_at,
               const struct filter *weight, const void *weight_at, const struct convolution_descriptor *it,
               int algorithm, const void *workspace, size_t workspace_bytes, const struct tensor *y, const void *y_at,
               float z_factor, const void *z, const void *bias) {
  if (!stub_is_stream(handle->stream) || *alpha != 1 || !fits(x, weight, it, y))
    return BAD_PARAM;
  if (it->math != FMA_MATH && it->math != DEFAULT_MATH)
    return BAD_PARAM; /* which would not be single precision or TF32 */
  if (algorithm != IMPLICIT_PRECOMP_GEMM)
    return NOT_SUPPORTED;
  if (workspace_bytes < workspace_of(y) || !stub_is_memory((long)workspace, (long)workspace_bytes))
    return BAD_PARAM;
  if (!is_image(x, x_at) || !is_image(y, y_at) || !is_filter(weight, weight_at))
    return BAD_PARAM;
  struct convolution what = {
      .x = (long)x_at, .weight = (long)weight_at, .y = (long)y_at, .z = (long)z, .bias = (long)bias, .pass = pass,
      .n = x->n, .ci = x->c, .h = x->h, .w = x->w, .co = y->c, .ho = y->h, .wo = y->w, .kh = weight->h, .kw = weight->w,
      .stride_h = it->stride_h, .stride_w = it->stride_w, .pad_h = it->pad_h, .pad_w = it->pad_w,
      .groups = it->groups, .precision = precision_of(it), .z_factor = z_factor};
  stub_enqueue(convolve, &what, sizeof what);
  return SUCCESS;
}

#define ENTER(call)                                                                                                    \
  do {                                                                                                                 \
    int result = stub_enter(call);                                                                                     \
    if (result)                                                                                                        \
      return result >= 1000 ? result : EXECUTION_FAILED;                                                               \
  } while (0)

static int run_plain(const struct handle *handle, int pass, const float *alpha, const struct tensor *x,
                     const void *x_at, const struct filter *weight, const void *weight_at,
                     const struct convolution_descriptor *it, int algorithm, const void *workspace, size_t bytes,
                     const float *beta, const struct tensor *y, const void *y_at) {
  ENTER("cudnnConvolution");
  if (*beta != 0)
    return BAD_PARAM;
  return run(handle, pass, alpha, x, x_at, weight, weight_at, it, algorithm, workspace, bytes, y, y_at, 0, 0, 0);
}

/* With the identity only the one algorithm works, as NVIDIA says. */
int cudnnConvolutionBiasActivationForward(struct handle *handle, const float *alpha, const struct tensor *x,
                                          const void *x_at, const struct filter *weight, const void *weight_at,
                                          const struct convolution_descriptor *it, int algorithm, void *workspace,
                                          size_t bytes, const float *z_factor, const struct tensor *z, const void *z_at,
                                          const struct tensor *bias, const void *bias_at,
                                          const struct activation *activation, const struct tensor *y, void *y_at) {
  ENTER("cudnnConvolutionBiasActivationForward");
  if (activation->mode != IDENTITY || algorithm != IMPLICIT_PRECOMP_GEMM)
    return NOT_SUPPORTED;
  if (bias->n != 1 || bias->c != y->c || bias->h != 1 || bias->w != 1 || memcmp(y, z, sizeof *y) ||
      !is_image(bias, bias_at) || !is_image(z, z_at))
    return BAD_PARAM;
  return run(handle, PASS_FORWARD, alpha, x, x_at, weight, weight_at, it, algorithm, workspace, bytes, y, y_at,
             *z_factor, z_at, bias_at);
}

int cudnnConvolutionForward(struct handle *handle, const float *alpha, const struct tensor *x, const void *x_at,
                            const struct filter *weight, const void *weight_at, const struct convolution_descriptor *it,
                            int algorithm, void *workspace, size_t bytes, const float *beta, const struct tensor *y,
                            void *y_at) {
  return run_plain(handle, PASS_FORWARD, alpha, x, x_at, weight, weight_at, it, algorithm, workspace, bytes, beta, y, y_at);
}

int cudnnConvolutionBackwardData(struct handle *handle, const float *alpha, const struct filter *weight,
                                 const void *weight_at, const struct tensor *y, const void *y_at,
                                 const struct convolution_descriptor *it, int algorithm, void *workspace, size_t bytes,
                                 const float *beta, const struct tensor *x, void *x_at) {
  return run_plain(handle, PASS_DATA, alpha, x, x_at, weight, weight_at, it, algorithm, workspace, bytes, beta, y, y_at);
}

int cudnnConvolutionBackwardFilter(struct handle *handle, const float *alpha, const struct tensor *x, const void *x_at,
                                   const struct tensor *y, const void *y_at, const struct convolution_descriptor *it,
                                   int algorithm, void *workspace, size_t bytes, const float *beta,
                                   const struct filter *weight, void *weight_at) {
  return run_plain(handle, PASS_FILTER, alpha, x, x_at, weight, weight_at, it, algorithm, workspace, bytes, beta, y, y_at);
}
