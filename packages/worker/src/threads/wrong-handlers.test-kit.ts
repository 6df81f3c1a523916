// Handlers that do not fit their service.
export default { work: () => ({ text: '' }), others: () => ({ text: '' }) };
