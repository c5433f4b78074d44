// The one native part of the TorchSharp subset: it calls any operator of libtorch through the dispatcher ("boxed"), and adds the few
// things that are no operators: lifetime, sizes, data pointers, gradients, grad modes, threads, generators.
// No exception leaves this file: a function that can fail returns a negative count (or null) and shim_error() has the message.
// Builds from libtorch 1.13 to 2.11, CPU or CUDA; README.md beside this file gives the command.
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/api/include/torch/version.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/jit/api/compilation_unit.h>

// Declared in torch/jit.h, which brings all of the C++ frontend along.
namespace torch::jit {
TORCH_API std::shared_ptr<CompilationUnit> compile(const std::string& source);
}

#define EXPORT extern "C" __attribute__((visibility("default")))

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T> using optional = std::optional<T>;
#else
template <class T> using optional = c10::optional<T>;
#endif

namespace {

// Mirrors Slot.cs: one argument or one result. len counts list elements or bytes of text.
enum Tag : int32_t { Default, TensorTag, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, Text, DeviceTag, GeneratorTag, None };
struct Slot {
    int32_t tag, len;
    union { int64_t i; double d; void* p; };
};
static_assert(sizeof(Slot) == 16, "Slot.cs has the same layout");

thread_local std::string error;

// Runs body and turns any exception into `failed` plus a message without libtorch's stack trace.
template <class R, class F> R guarded(R failed, F body) {
    try {
        return body();
    } catch (const c10::Error& e) {
        error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        error = e.what();
    } catch (...) {
        error = "libtorch failed without a message";
    }
    return failed;
}

at::Tensor& tensor(void* handle) { return *static_cast<at::Tensor*>(handle); }
void* wrap(at::Tensor value) { return value.defined() ? new at::Tensor(std::move(value)) : nullptr; }

std::vector<at::Tensor> tensors(void** handles, int64_t count) {
    std::vector<at::Tensor> result;
    result.reserve(count);
    for (int64_t i = 0; i < count; i++)
        result.push_back(handles[i] ? tensor(handles[i]) : at::Tensor());
    return result;
}

c10::IValue box(const Slot& s) {
    switch (s.tag) {
        case TensorTag: return s.p ? c10::IValue(tensor(s.p)) : c10::IValue();
        case Int: return s.i;
        case Double: return s.d;
        case Bool: return s.i != 0;
        case IntList: return c10::IntArrayRef(static_cast<int64_t*>(s.p), s.len);
        case DoubleList: return c10::ArrayRef<double>(static_cast<double*>(s.p), s.len);
        case TensorList: return tensors(static_cast<void**>(s.p), s.len);
        case OptionalTensorList: {
            c10::List<optional<at::Tensor>> list;
            for (auto& t : tensors(static_cast<void**>(s.p), s.len))
                list.push_back(t.defined() ? optional<at::Tensor>(t) : optional<at::Tensor>());
            return list;
        }
        case Text: return std::string(static_cast<char*>(s.p), s.len);
        case DeviceTag: return c10::Device(static_cast<c10::DeviceType>(s.i & 0xff), static_cast<c10::DeviceIndex>(s.i >> 8));
        case GeneratorTag: return s.p ? c10::IValue(*static_cast<at::Generator*>(s.p)) : c10::IValue();
        default: return c10::IValue();
    }
}

void** wrap_list(const std::vector<at::Tensor>& list) {
    auto** handles = static_cast<void**>(std::malloc(sizeof(void*) * (list.size() + 1)));
    for (size_t i = 0; i < list.size(); i++)
        handles[i] = wrap(list[i]);
    return handles;
}

Slot unbox(c10::IValue&& value) {
    Slot s{None, 0, {0}};
    if (value.isTensor()) {
        s.tag = TensorTag;
        s.p = wrap(std::move(value).toTensor());
    } else if (value.isTensorList()) {
        auto list = value.toTensorVector();
        s.tag = TensorList;
        s.len = static_cast<int32_t>(list.size());
        s.p = wrap_list(list);
    } else if (value.isInt()) {
        s.tag = Int;
        s.i = value.toInt();
    } else if (value.isDouble()) {
        s.tag = Double;
        s.d = value.toDouble();
    } else if (value.isBool()) {
        s.tag = Bool;
        s.i = value.toBool();
    } else if (!value.isNone()) {
        throw std::runtime_error("a result of kind " + value.tagKind() + " cannot be handed over");
    }
    return s;
}

int unbox_all(std::vector<c10::IValue>& stack, Slot* out, int capacity) {
    if (static_cast<int>(stack.size()) > capacity)
        throw std::runtime_error("an operator returned more values than the caller takes");
    for (size_t i = 0; i < stack.size(); i++)
        out[i] = unbox(std::move(stack[i]));
    return static_cast<int>(stack.size());
}

}  // namespace

EXPORT const char* shim_error() { return error.c_str(); }
EXPORT const char* shim_version() { return TORCH_VERSION; }

EXPORT void* shim_find(const char* name, const char* overload) {
    return guarded<void*>(nullptr, [&]() -> void* {
        auto found = c10::Dispatcher::singleton().findSchema({name, overload});
        if (!found.has_value())
            throw std::runtime_error(std::string("libtorch " TORCH_VERSION " has no operator ") + name + "." + overload);
        return new c10::OperatorHandle(*found);
    });
}

// Arguments left out at the end, or given as Default, take the schema's defaults. Returns the number of results.
EXPORT int shim_invoke(void* op, const Slot* args, int count, Slot* out, int capacity) {
    return guarded(-1, [&] {
        auto& handle = *static_cast<c10::OperatorHandle*>(op);
        const auto& parameters = handle.schema().arguments();
        std::vector<c10::IValue> stack;
        stack.reserve(parameters.size() + 4);
        for (size_t i = 0; i < parameters.size(); i++) {
            if (static_cast<int>(i) < count && args[i].tag != Default)
                stack.push_back(box(args[i]));
            else if (parameters[i].default_value().has_value())
                stack.push_back(*parameters[i].default_value());
            else
                throw std::runtime_error(handle.schema().name() + ": argument " + parameters[i].name() + " is missing");
        }
        handle.callBoxed(&stack);
        return unbox_all(stack, out, capacity);
    });
}

EXPORT void shim_free(void* handle) { delete static_cast<at::Tensor*>(handle); }
EXPORT void shim_free_list(void* list) { std::free(list); }
EXPORT void* shim_alias(void* handle) { return wrap(tensor(handle)); }

// type: ScalarType's number; device: type | index << 8.
EXPORT int shim_dtype(void* handle) { return static_cast<int>(tensor(handle).scalar_type()); }
EXPORT int64_t shim_device(void* handle) {
    auto device = tensor(handle).device();
    return static_cast<int64_t>(device.type()) | static_cast<int64_t>(device.index()) * 256;
}
EXPORT int64_t shim_numel(void* handle) { return tensor(handle).numel(); }
EXPORT int shim_dim(void* handle) { return static_cast<int>(tensor(handle).dim()); }
EXPORT int64_t shim_size(void* handle, int64_t dim) { return guarded<int64_t>(-1, [&] { return static_cast<int64_t>(tensor(handle).size(dim)); }); }
EXPORT void shim_sizes(void* handle, int64_t* sizes) {
    auto s = tensor(handle).sizes();
    std::copy(s.begin(), s.end(), sizes);
}
EXPORT void shim_strides(void* handle, int64_t* strides) {
    auto s = tensor(handle).strides();
    std::copy(s.begin(), s.end(), strides);
}
EXPORT int shim_is_contiguous(void* handle) { return tensor(handle).is_contiguous(); }
EXPORT void* shim_data(void* handle) {
    return guarded<void*>(nullptr, [&] { return tensor(handle).data_ptr(); });
}
using Release = void (*)(void* context);
EXPORT void* shim_from_blob(void* data, const int64_t* sizes, int dims, int dtype, void* context, Release release) {
    return guarded<void*>(nullptr, [&] {
        return wrap(at::from_blob(data, c10::IntArrayRef(sizes, dims), [=](void*) { release(context); }, at::TensorOptions().dtype(static_cast<c10::ScalarType>(dtype))));
    });
}

EXPORT int shim_requires_grad(void* handle) { return tensor(handle).requires_grad(); }
EXPORT int shim_set_requires_grad(void* handle, int value) {
    return guarded(-1, [&] { tensor(handle).set_requires_grad(value != 0); return 0; });
}
EXPORT int shim_is_leaf(void* handle) { return tensor(handle).is_leaf(); }
EXPORT int shim_grad(void* handle, void** out) {
    return guarded(-1, [&] { *out = wrap(tensor(handle).grad()); return 0; });
}
EXPORT int shim_set_grad(void* handle, void* value) {
    return guarded(-1, [&] { tensor(handle).mutable_grad() = value ? tensor(value) : at::Tensor(); return 0; });
}
EXPORT int shim_backward(void** roots, int count, void** gradients, int gradient_count, int retain, int create, void** inputs, int input_count) {
    return guarded(-1, [&] {
        torch::autograd::backward(tensors(roots, count), tensors(gradients, gradient_count), retain != 0, create != 0, tensors(inputs, input_count));
        return 0;
    });
}
EXPORT int shim_autograd_grad(void** outputs, int output_count, void** inputs, int input_count, void** gradients, int gradient_count, int retain, int create, int allow_unused, void** results) {
    return guarded(-1, [&] {
        auto found = torch::autograd::grad(tensors(outputs, output_count), tensors(inputs, input_count), tensors(gradients, gradient_count), retain != 0, create != 0, allow_unused != 0);
        for (size_t i = 0; i < found.size(); i++)
            results[i] = wrap(found[i]);
        return 0;
    });
}

EXPORT int shim_grad_mode(int enabled) {  // negative: only ask
    int before = at::GradMode::is_enabled();
    if (enabled >= 0)
        at::GradMode::set_enabled(enabled != 0);
    return before;
}
EXPORT void* shim_inference_enter(int enabled) { return new c10::InferenceMode(enabled != 0); }
EXPORT void shim_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
EXPORT int shim_inference_enabled() { return c10::InferenceMode::is_enabled(); }

EXPORT int shim_threads() { return at::get_num_threads(); }
EXPORT int shim_set_threads(int count) { return guarded(-1, [&] { at::set_num_threads(count); return 0; }); }
EXPORT int shim_interop_threads() { return static_cast<int>(at::get_num_interop_threads()); }
EXPORT int shim_set_interop_threads(int count) { return guarded(-1, [&] { at::set_num_interop_threads(count); return 0; }); }

EXPORT int shim_cuda_count() {
    return guarded(0, [] {
        return c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA) ? static_cast<int>(c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount()) : 0;
    });
}
EXPORT int shim_cuda_synchronize(int index) {
    return guarded(-1, [&] { at::detail::getCUDAHooks().deviceSynchronize(index); return 0; });
}

// which: 0 matrix products, 1 cuDNN; value: negative only asks.
EXPORT int shim_allow_tf32(int which, int value) {
    return guarded(-1, [&]() -> int {
        auto& context = at::globalContext();
        if (value >= 0)
            which == 0 ? context.setAllowTF32CuBLAS(value != 0) : context.setAllowTF32CuDNN(value != 0);
        return which == 0 ? context.allowTF32CuBLAS() : context.allowTF32CuDNN();
    });
}

using Unit = std::shared_ptr<torch::jit::CompilationUnit>;
EXPORT void* shim_compile(const char* source) {
    return guarded<void*>(nullptr, [&]() -> void* { return new Unit(torch::jit::compile(source)); });
}
EXPORT void shim_compile_free(void* unit) { delete static_cast<Unit*>(unit); }
EXPORT int shim_compile_invoke(void* unit, const char* name, const Slot* args, int count, Slot* out, int capacity) {
    return guarded(-1, [&] {
        auto* function = (*static_cast<Unit*>(unit))->find_function(c10::QualifiedName(name));
        if (function == nullptr)
            throw std::runtime_error(std::string("the script has no function ") + name);
        std::vector<c10::IValue> stack;
        for (int i = 0; i < count; i++)
            stack.push_back(box(args[i]));
        // Checks number and types, which run() would not.
        std::vector<c10::IValue> results{(*function)(std::move(stack))};
        return unbox_all(results, out, capacity);
    });
}

EXPORT int shim_manual_seed(int64_t seed) { return guarded(-1, [&] { at::manual_seed(static_cast<uint64_t>(seed)); return 0; }); }
EXPORT void* shim_generator_new(uint64_t seed, int64_t device) {
    return guarded<void*>(nullptr, [&]() -> void* {
        c10::Device place(static_cast<c10::DeviceType>(device & 0xff), static_cast<c10::DeviceIndex>(device >> 8));
        at::Generator made = at::globalContext().defaultGenerator(place).clone();
        made.set_current_seed(seed);
        return new at::Generator(made);
    });
}
EXPORT void shim_generator_seed(void* generator, uint64_t seed) { static_cast<at::Generator*>(generator)->set_current_seed(seed); }
EXPORT void shim_generator_free(void* generator) { delete static_cast<at::Generator*>(generator); }
